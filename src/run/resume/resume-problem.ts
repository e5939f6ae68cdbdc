// Finds out whether a run can be resumed, without preparing it.
import { PflowError } from '../../errors.ts';
import { listLogHeads } from './find-attempts.ts';
import { readEarlierRun, requireResumable, type EarlierLog } from './read-earlier.ts';
import { recordedWorkflow } from './resumed-workflow.ts';

/**
 * Returns why a run cannot be resumed; null without a reason in the logs. A value that the log does not have, or a node
 * that may have acted, is found only by `pflow resume` itself.
 */
export async function resumeProblem(log: EarlierLog): Promise<PflowError | null> {
  try {
    const earlier = await readEarlierRun(log);
    requireResumable(earlier, listLogHeads(log.path), { isPartial: false });
    recordedWorkflow(earlier);
    return null;
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
}
