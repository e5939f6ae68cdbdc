// Answers model calls from a recorded log, for `--answers`.
import { answers } from '../../projections/answers/projection.ts';
import { startFold } from '../../projections/fold.ts';
import { PflowError } from '../errors.ts';
import { readLog } from '../log/read/read-log.ts';
import type { Redactor } from '../log/secrets/redaction.ts';
import { JsonSafeCopier } from '../log/write/json-safe.ts';
import type { ModelClient } from '../models/model.ts';
import { createRecordedAnswers, type RecordedAnswer } from '../models/recorded-answers.ts';
import { assertReadable } from '../replay/fold-logs.ts';

/** Throws ANSWER_NOT_RECORDED for a log without answers, and what reading a log throws. */
export async function readRecordedAnswers(path: string): Promise<readonly RecordedAnswer[]> {
  const recorded = await readAnswers(path);
  if (recorded.length > 0) return recorded;
  throw new PflowError('ANSWER_NOT_RECORDED', `${path} holds no answers`, {
    hint: 'Record a run with --log and without --log-level metrics.',
  });
}

/** Throws what reading a log throws. The log may hold no answers. */
export async function readAnswers(path: string): Promise<readonly RecordedAnswer[]> {
  const fold = startFold(answers);
  const report = await readLog(path, {
    handles: new Set(answers.handles),
    onEvent: (event) => {
      fold.add(event);
    },
  });
  assertReadable(report);
  return fold.result();
}

/**
 * Compares requests in their logged form, which holds no secrets. `live` answers a request that the log does not hold;
 * without it such a request is an error.
 */
export function createRecordedClient(
  records: readonly RecordedAnswer[],
  redactor: Redactor,
  live: ModelClient | undefined,
): ModelClient {
  const copier = new JsonSafeCopier(redactor);
  const recorded = (value: unknown): unknown => copier.keep(value);
  return live === undefined
    ? createRecordedAnswers(records, { onMiss: 'error', toRecorded: recorded })
    : createRecordedAnswers(records, { onMiss: 'live', live, toRecorded: recorded });
}
