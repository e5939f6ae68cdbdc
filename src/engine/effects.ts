// Finds out how a node runs in a durable workflow: as one step, or as a frame around the steps of a nested workflow.
import { mayAct } from '../run/resume/unfinished-effects.ts';
import type { RunRequest } from '../run/run-request.ts';
import type { NestedWorkflow } from '../workflow/nested-workflows.ts';
import type { WorkflowNode } from '../workflow/schema.ts';

type Place = Pick<RunRequest, 'workflow' | 'registry' | 'nested'>;

interface FoundNode {
  readonly spec: WorkflowNode;
  /** The workflow of a `workflow` node, where it is known before the run. */
  readonly child: NestedWorkflow | undefined;
}

/** Returns undefined for a node of a workflow that is known only when it runs. */
function findNode(path: string, { workflow, nested }: Place): FoundNode | undefined {
  let nodes = workflow.nodes;
  let children = nested?.children as ReadonlyMap<string, NestedWorkflow> | undefined;
  const ids = path.split('/');
  for (const [depth, id] of ids.entries()) {
    const spec = nodes.find((one) => one.id === id);
    if (spec === undefined) return undefined;
    const child = children?.get(id);
    if (depth === ids.length - 1) return { spec, child };
    if (child === undefined) return undefined;
    nodes = child.workflow.nodes;
    children = child.children;
  }
  return undefined;
}

/** True for the node of a nested workflow whose nodes are the steps. */
export function isFrame(path: string, place: Place): boolean {
  const found = findNode(path, place);
  return found?.child !== undefined && found.spec.batch === undefined;
}

/** True if items of the node are kept one by one: what is inside of a nested workflow has no record of its own. */
export function keepsItems(path: string, place: Place): boolean {
  const found = findNode(path, place);
  return found?.spec.batch !== undefined && found.spec.type !== 'workflow';
}

/** True if repeating the node may do something to the outside world a second time. */
export function mayNodeAct(path: string, place: Place): boolean {
  const found = findNode(path, place);
  if (found === undefined) return true;
  return mayFoundAct(found, place.registry);
}

function mayFoundAct({ spec, child }: FoundNode, registry: Place['registry']): boolean {
  if (spec.type !== 'workflow') return mayAct(spec, registry);
  if (child === undefined) return true;
  return child.workflow.nodes.some((node) =>
    mayFoundAct({ spec: node, child: child.children.get(node.id) }, registry),
  );
}
