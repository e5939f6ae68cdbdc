// Lists the nodes that `pflow resume` runs again only with `--rerun`.
import { PflowError } from '../../errors.ts';
import { loadNodeTypes } from '../../nodes/registry.ts';
import { parseWorkflow } from '../../workflow/parse-workflow.ts';
import { readEarlierRun, type EarlierLog } from './read-earlier.ts';
import { recordedWorkflow, workflowText } from './recorded-workflow.ts';
import { findUnfinishedEffects } from './unfinished-effects.ts';

/**
 * Returns the nodes to name with `--rerun`. Loads no module: a node of a custom type, and one of a nested workflow,
 * may have done whatever its type can, and it is not an error to name a node that needs no confirmation.
 */
export async function listUnconfirmedNodes(log: EarlierLog): Promise<readonly string[]> {
  try {
    const earlier = await readEarlierRun(log);
    const workflow = parseWorkflow(workflowText(recordedWorkflow(earlier), false));
    const places = [...earlier.open.values(), ...earlier.completedInside.values()];
    const registry = await loadNodeTypes(places.map(({ node_type }) => node_type));
    return findUnfinishedEffects(earlier, { workflow, registry }).map(({ node }) => node);
  } catch (error) {
    if (error instanceof PflowError) return [];
    throw error;
  }
}
