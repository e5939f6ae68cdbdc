// The recorded answers of a log, for `--answers`.
import { answers, type RecordedAnswer } from '../../../projections/answers/projection.ts';
import { startFold } from '../../../projections/fold.ts';
import { PflowError } from '../../errors.ts';
import { readLog } from '../../log/read/read-log.ts';
import { assertReadable } from '../../replay/fold-logs.ts';

export async function readRecordedAnswers(path: string): Promise<readonly RecordedAnswer[]> {
  const fold = startFold(answers);
  const report = await readLog(path, {
    handles: new Set(answers.handles),
    onEvent: (event) => {
      fold.add(event);
    },
  });
  assertReadable(report);
  const recorded = fold.result();
  if (recorded.length > 0) return recorded;
  throw new PflowError('ANSWER_NOT_RECORDED', `${path} holds no answers`, {
    hint: 'Record a run with --log and without --log-level metrics.',
  });
}
