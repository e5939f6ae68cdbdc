// Finds the workflow of a resumed run: the file as it was, exactly, or with --from the file as it is now.
import { dirname } from 'node:path';
import { PflowError } from '../../errors.ts';
import { isSameJson } from '../../values/same-json.ts';
import { present } from '../../values/present.ts';
import { checkWorkflow, type PreparedWorkflow, type WorkflowContext } from '../prepare-workflow.ts';
import { findChild, type ChildWorkflow } from '../nested/child-workflow.ts';
import { hashOf } from '../run-events.ts';
import { outermost, type EarlierRun } from './earlier-run.ts';
import type { ResumePlan } from './plan-resume.ts';
import { recordedWorkflow, workflowText } from './recorded-workflow.ts';
import type { Ir } from '../../workflow/ir.ts';

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

/** Ids of those of the nodes whose definition is not the one that ran. */
export function findChangedNodes(ids: readonly string[], now: Ir, before: Ir | undefined): readonly string[] {
  if (before === undefined) return [];
  return ids.filter((id) => !isSameJson(nodeOf(now, id), nodeOf(before, id)));
}

function nodeOf({ nodes }: Ir, id: string): unknown {
  return Array.isArray(nodes)
    ? nodes.find((node: { readonly id?: unknown } | null) => node?.id === id)
    : undefined;
}

/** Paths of nodes whose nested workflow is not the one that ran. `runs`: the latest first. */
export function findChangedNested(
  runs: readonly EarlierRun[],
  children: ReadonlyMap<string, ChildWorkflow> | undefined,
): readonly string[] {
  const hashes = new Map([...runs].reverse().flatMap(({ nested }) => [...nested]));
  return [...hashes.keys()].filter((path) => {
    const child = findChild(path, children);
    return child !== undefined && hashOf(child.ir) !== hashes.get(path);
  });
}

/** Throws NODES_CHANGED for a changed workflow in a node that may run. */
export function requireSameNested(
  changed: readonly string[],
  { mayRun }: Pick<ResumePlan, 'mayRun'>,
): readonly string[] {
  const node = changed.find((path) => mayRun.has(outermost(path)));
  if (node === undefined) return [];
  throw new PflowError('NODES_CHANGED', `the workflow in "${node}" has changed since it ran`, {
    node_id: node,
    hint: `Put it back as it was, or run it from its start as it is now: --from ${outermost(node)}.`,
  });
}
