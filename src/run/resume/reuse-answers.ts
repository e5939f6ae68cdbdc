// Reuses the answers of nodes that run again: those without an end, and those that completed in an item without an
// end. Their calls are not paid again.
import type { ModelClient } from '../../models/model.ts';
import type { RecordedAnswer } from '../../models/recorded-answers.ts';
import type { NodePlace } from '../../wrappers/recorder.ts';
import { createRecordedClient, readRecordedAnswers } from '../recorded-client.ts';
import { createRunRedactor } from '../redact-outcome.ts';
import type { RunRequest } from '../run-request.ts';
import { nodePlaceKey, type EarlierRun } from './earlier-run.ts';
import { hasMark } from './lost-values.ts';
import type { EarlierLog } from './read-earlier.ts';

type PlacedAnswer = RecordedAnswer & { readonly visit?: number | undefined };

/** Returns a client that repeats the answers of nodes that run again. `models` answers the rest. */
export async function reuseAnswers(
  { path, run }: EarlierLog,
  { open, completedInside }: EarlierRun,
  { models, env, workflow, inputs }: Pick<RunRequest, 'models' | 'env' | 'workflow' | 'inputs'>,
): Promise<ModelClient> {
  if (open.size + completedInside.size === 0) return models;
  const runsAgain = (place: NodePlace): boolean =>
    [open, completedInside].some((places) => places.has(nodePlaceKey(place)));
  const all: readonly PlacedAnswer[] = await readRecordedAnswers(path).catch(() => []);
  const answers = all.filter(({ run: id, node = '', visit = 1, item, response }) => {
    const place = item === undefined ? { node, visit } : { node, visit, item };
    return id === run && runsAgain(place) && !hasMark(response);
  });
  if (answers.length === 0) return models;
  return createRecordedClient(answers, createRunRedactor(env, { executed: { workflow, inputs } }), models);
}
