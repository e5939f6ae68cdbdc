// Finds out whether a nested workflow may limit its own cost.
import type { NestedWorkflows } from '../../workflow/nested-workflows.ts';
import type { Workflow } from '../../workflow/schema.ts';
import type { RunRequest } from '../run-request.ts';

/** True also for a workflow that is known when its node runs. */
export function mayLimitNested({ workflow, nested }: Pick<RunRequest, 'workflow' | 'nested'>): boolean {
  return nested !== undefined && mayLimit(workflow, nested.children);
}

function mayLimit({ nodes }: Workflow, children: NestedWorkflows): boolean {
  return nodes.some(({ id, type }) => {
    if (type !== 'workflow') return false;
    const child = children.get(id);
    if (child === undefined) return true;
    return child.workflow.max_cost_usd !== undefined || mayLimit(child.workflow, child.children);
  });
}
