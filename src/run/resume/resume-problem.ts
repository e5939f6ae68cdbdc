// Finds out whether a run can be resumed, without preparing it.
import { PflowError } from '../../errors.ts';
import type { EarlierRun } from './earlier-run.ts';
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
    refuseLoops(earlier, nodesIn(recordedWorkflow(earlier).ir));
    return null;
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
}

interface LoopNode {
  readonly id: string;
  readonly loop?: unknown;
}

/** What an iteration carries over is in no record: restored iterations would not end their loop. */
export function refuseLoops({ run, records }: EarlierRun, nodes: readonly LoopNode[]): void {
  const ran = new Set([...records.values()].map(({ place }) => place.node));
  const loop = nodes.find((node) => node.loop !== undefined && ran.has(node.id));
  if (loop === undefined) return;
  throw new PflowError('RUN_UNRESUMABLE', `run ${run} has iterations of the loop in node "${loop.id}"`, {
    node_id: loop.id,
    hint: 'A node with "loop" cannot be resumed yet: run the workflow again.',
  });
}

/** The workflow was valid when it ran. */
function nodesIn({ nodes }: Readonly<Record<string, unknown>>): readonly LoopNode[] {
  return Array.isArray(nodes) ? (nodes as readonly LoopNode[]) : [];
}
