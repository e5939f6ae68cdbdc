// Finds the workflow of a resumed run: the file as it was, exactly, or with --from the file as it is now.
import { dirname } from 'node:path';
import { PflowError } from '../../errors.ts';
import { isSameJson } from '../../values/same-json.ts';
import { present } from '../../values/present.ts';
import { checkWorkflow, type PreparedWorkflow, type WorkflowContext } from '../prepare-workflow.ts';
import type { ChildWorkflow } from '../nested/child-workflow.ts';
import { hashOf } from '../run-events.ts';
import type { EarlierRun } from './earlier-run.ts';
import { recordedWorkflow, workflowText, type Ir } from './recorded-workflow.ts';

/** `isCurrent`: the file as it is now. Throws VALUE_NOT_KEPT, RUN_UNRESUMABLE, and what reading a workflow throws. */
export async function findResumedWorkflow(
  earlier: EarlierRun,
  isCurrent: boolean,
  context: WorkflowContext,
): Promise<PreparedWorkflow> {
  const recorded = recordedWorkflow(earlier);
  const { path, name, isSaved, isPlanned } = recorded;
  const found = {
    text: workflowText(recorded, isCurrent),
    name,
    source: isSaved ? 'saved' : 'file',
  } as const;
  const place = path === undefined ? undefined : { folder: dirname(path), containers: [path] };
  const prepared = await checkWorkflow({ ...found, ...present({ path }) }, path ?? name, context, place);
  return isPlanned ? { ...prepared, source: 'planner' } : prepared;
}

/** Ids of restored nodes whose definition is not the one that ran. */
export function findChangedNodes(
  restored: readonly { readonly node: string }[],
  now: Ir,
  before: Ir | undefined,
): readonly string[] {
  if (before === undefined) return [];
  const ids = [...new Set(restored.map(({ node }) => node))];
  return ids.filter((id) => !isSameJson(nodeOf(now, id), nodeOf(before, id)));
}

function nodeOf({ nodes }: Ir, id: string): unknown {
  return Array.isArray(nodes)
    ? nodes.find((node: { readonly id?: unknown } | null) => node?.id === id)
    : undefined;
}

/** Throws NODES_CHANGED if a nested workflow is not the one that ran. */
export function requireSameNested(
  { open, nested }: EarlierRun,
  children: ReadonlyMap<string, ChildWorkflow> | undefined,
): void {
  for (const { node } of open.values()) {
    const child = findChild(node, children);
    const hash = nested.get(node);
    if (child === undefined || hash === undefined || hashOf(child.ir) === hash) continue;
    const [first = ''] = node.split('/');
    throw new PflowError('NODES_CHANGED', `the workflow in "${node}" has changed since it ran`, {
      node_id: node,
      hint: `Put it back as it was, or run it from its start as it is now: --from ${first}.`,
    });
  }
}

function findChild(
  path: string,
  children: ReadonlyMap<string, ChildWorkflow> | undefined,
): ChildWorkflow | undefined {
  const [id = '', ...rest] = path.split('/');
  const child = children?.get(id);
  return rest.length === 0 ? child : findChild(rest.join('/'), child?.children);
}
