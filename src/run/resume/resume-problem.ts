// Finds out whether a run can be resumed, without preparing it.
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import { listLogHeads } from './find-attempts.ts';
import { readEarlierRun, requireResumable, type EarlierLog } from './read-earlier.ts';
import { recordedWorkflow, workflowText } from './recorded-workflow.ts';

/** What decides it. The records of nodes take most of the time to read. */
const FRAMES: ReadonlySet<LogEvent['type']> = new Set([
  ...(['run.started', 'run.completed', 'planner.completed', 'workflow.started'] as const),
]);

/**
 * Returns why a run cannot be resumed; null without a known reason. Looks at the logs and at the workflow file: a value
 * that the log does not have, or a node that may have acted, is found only by `pflow resume` itself.
 */
export async function resumeProblem(log: EarlierLog): Promise<PflowError | null> {
  try {
    const earlier = await readEarlierRun(log, FRAMES);
    requireResumable(earlier, listLogHeads(log.path));
    workflowText(recordedWorkflow(earlier), false);
    return null;
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
}
