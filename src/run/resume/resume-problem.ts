// Finds out whether a run can be resumed, without preparing it.
import { PflowError } from '../../errors.ts';
import type { EarlierRun } from './earlier-run.ts';
import { listLogHeads } from './find-attempts.ts';
import { readEarlierRun, requireResumable, type EarlierLog } from './read-earlier.ts';
import { recordedWorkflow } from './recorded-workflow.ts';

/**
 * Returns why a run cannot be resumed; null without a reason in the logs. A value that the log does not have, or a node
 * that may have acted, is found only by `pflow resume` itself. `read`: returns the run if it was read already.
 */
export async function resumeProblem(
  log: EarlierLog,
  read: () => EarlierRun | Promise<EarlierRun> = () => readEarlierRun(log),
): Promise<PflowError | null> {
  try {
    const earlier = await read();
    requireResumable(earlier, listLogHeads(log.path), { isPartial: false });
    recordedWorkflow(earlier);
    return null;
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
}
