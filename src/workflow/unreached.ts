// Finds the nodes that a run did not reach. It checks whether choices of the nodes explain that.
import type { NodeType } from '../flow/node-type.ts';
import { listActions, listEdges } from './graph.ts';
import type { Edge, Workflow } from './schema.ts';

/** Maps each node that ran to the actions that it returned. */
export type ReturnedActions = ReadonlyMap<string, ReadonlySet<string>>;

export interface Unreached {
  /** In document order. */
  readonly nodes: readonly string[];
  /** Those of `nodes` that no choice leads past. */
  readonly unexplained: readonly string[];
}

/** Explains a node by an untaken case of a node with several actions. An untaken `error` edge explains it too. */
export function findUnreached(
  workflow: Workflow,
  returned: ReturnedActions,
  registry: ReadonlyMap<string, Pick<NodeType, 'actions'>>,
): Unreached {
  const edges = new Map<string, Edge[]>();
  for (const edge of listEdges(workflow)) edges.set(edge.from, [...(edges.get(edge.from) ?? []), edge]);
  const actions = listActions(workflow, registry);
  const explained = new Set<string>();
  for (const [from, taken] of returned) {
    const own = edges.get(from) ?? [];
    const chooses = choosesAction(actions.get(from), taken, own);
    for (const { to, action } of own) {
      if (!taken.has(action) && (chooses || action === 'error')) explained.add(to);
    }
  }
  // Iterating over a set includes the members that are added meanwhile.
  for (const id of explained) for (const { to } of edges.get(id) ?? []) explained.add(to);
  const nodes = workflow.nodes.map(({ id }) => id).filter((id) => !returned.has(id));
  return { nodes, unexplained: nodes.filter((id) => !explained.has(id)) };
}

/**
 * Whether the node has more to return than success. A type that declares no actions must have taken one of its edges.
 */
function choosesAction(
  actions: readonly string[] | undefined,
  taken: ReadonlySet<string>,
  edges: readonly Edge[],
): boolean {
  if (actions !== undefined) return actions.length > 2;
  return edges.some(({ action }) => action !== 'error' && taken.has(action));
}
