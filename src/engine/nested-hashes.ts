// Lists the hashes of nested workflows by path: a run is pinned to them.
import type { ChildWorkflow } from '../run/nested/child-workflow.ts';
import { hashOf } from '../run/run-events.ts';

export function nestedHashes(
  children: ReadonlyMap<string, ChildWorkflow> | undefined,
  path = '',
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [id, child] of children ?? []) {
    found[path + id] = hashOf(child.ir);
    Object.assign(found, nestedHashes(child.children, `${path}${id}/`));
  }
  return found;
}
