// Answers out of a recorded log, for `--answers`.
import type { Redactor } from '../../log/secrets/redaction.ts';
import type { ModelClient } from '../../models/model.ts';
import type { RecordedAnswer } from '../../models/recorded-answers.ts';

/**
 * Questions are compared in the form in which they stand in a log, which is without secrets. `live` answers what nobody
 * has recorded; without it that is an error.
 */
export async function createRecordedClient(
  records: readonly RecordedAnswer[],
  redactor: Redactor,
  live: ModelClient | undefined,
): Promise<ModelClient> {
  const { createRecordedAnswers } = await import('../../models/recorded-answers.ts');
  const { JsonSafeCopier } = await import('../../log/write/json-safe.ts');
  const copier = new JsonSafeCopier(redactor);
  const recorded = (value: unknown): unknown => copier.keep(value);
  return live === undefined
    ? createRecordedAnswers(records, { onMiss: 'error', recorded })
    : createRecordedAnswers(records, { onMiss: 'live', live, recorded });
}
