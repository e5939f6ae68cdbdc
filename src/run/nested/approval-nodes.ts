// Lists the nodes that need approval, those of nested workflows by their paths.
import { PflowError } from '../../errors.ts';
import { suggestNearest } from '../../values/nearest-name.ts';
import type { NestedWorkflows } from '../../workflow/nested-workflows.ts';
import type { Workflow } from '../../workflow/schema.ts';
import type { RunRequest } from '../run-request.ts';
import { present } from '../../values/present.ts';

/** Throws USAGE for a name that no such node has. A workflow that is known at run time only may have any. */
export function requireApprovalNodes(
  names: readonly string[],
  { workflow, nested }: Pick<RunRequest, 'workflow' | 'nested'>,
): void {
  const known = listApprovalNodes(workflow, nested?.children ?? new Map(), '');
  for (const name of names) {
    if (known.includes(name) || name.includes('/')) continue;
    throw new PflowError('USAGE', `no node "${name}" needs approval`, {
      details: [`nodes that need it: ${known.join(', ') || 'there are no such nodes'}`],
      ...present({ hint: suggestNearest(name, known) }),
    });
  }
}

function listApprovalNodes({ nodes }: Workflow, children: NestedWorkflows, path: string): readonly string[] {
  return nodes.flatMap(({ id, approval }) => {
    const child = children.get(id);
    const inside =
      child === undefined ? [] : listApprovalNodes(child.workflow, child.children, `${path}${id}/`);
    return approval === 'required' ? [path + id, ...inside] : inside;
  });
}
