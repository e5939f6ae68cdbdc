// Builds the graph of nodes. Ignores edges to unknown nodes, a second edge for the same action, and edges for an action
// that their node cannot return; rules report them.
import type { NodeType } from '../flow/node-type.ts';
import type { Edge, Workflow } from './schema.ts';

export interface Graph {
  readonly start: string;
  /** In document order. */
  readonly ids: readonly string[];
  /** Maps each node to its next nodes, by action. */
  readonly next: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Maps each node to the nodes with an edge to it. */
  readonly before: ReadonlyMap<string, readonly string[]>;
}

/** Returns the edges of the file; by default they follow document order. */
export function listEdges(workflow: Pick<Workflow, 'nodes' | 'edges'>): readonly Edge[] {
  const { nodes, edges } = workflow;
  if (edges !== undefined) return edges;
  return nodes
    .slice(1)
    .map((node, index) => ({ from: nodes[index]?.id ?? '', to: node.id, action: 'default' }));
}

export function findStart(workflow: Pick<Workflow, 'nodes' | 'start_node'>): string {
  return workflow.start_node ?? workflow.nodes[0]?.id ?? '';
}

type ActionFacts = ReadonlyMap<string, Pick<NodeType, 'actions'>>;

/** Maps each node to its possible actions. Leaves out nodes of types that declare no actions. */
export function listActions(
  { nodes }: Pick<Workflow, 'nodes'>,
  registry: ActionFacts,
): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  for (const { id, type, params, batch } of nodes) {
    const actions = batch === undefined ? registry.get(type)?.actions?.(params) : ['default'];
    if (actions !== undefined && !known.has(id)) known.set(id, [...new Set([...actions, 'error'])]);
  }
  return known;
}

export function buildGraph(workflow: Workflow, registry: ActionFacts = new Map()): Graph {
  const ids = [...new Set(workflow.nodes.map((node) => node.id))];
  const next = new Map(ids.map((id) => [id, new Map<string, string>()]));
  const before = new Map(ids.map((id) => [id, [] as string[]]));
  const actions = listActions(workflow, registry);
  for (const { from, to, action } of listEdges(workflow)) {
    const known = next.get(from);
    if (known === undefined || !next.has(to) || known.has(action)) continue;
    if (actions.get(from)?.includes(action) === false) continue;
    known.set(action, to);
    before.get(to)?.push(from);
  }
  return { start: findStart(workflow), ids, next, before };
}

/** Leads from each node to the next, and from the last to the first. Each may run before all others. */
export function buildRing({ nodes }: Pick<Workflow, 'nodes'>): Graph {
  const edges = nodes.map(({ id }, index) => ({
    from: nodes.at(index - 1)?.id ?? id,
    to: id,
    action: 'default',
  }));
  return buildGraph({ enable_namespacing: true, nodes, edges });
}

/** Finds every node that a run can reach. */
export function findReachable(graph: Graph): ReadonlySet<string> {
  return collectReachable(
    graph.next.has(graph.start) ? [graph.start] : [],
    (id) => graph.next.get(id)?.values() ?? [],
  );
}

/** Finds which of `candidates` can run before `id`. That includes `id` itself if a loop leads back to it. */
export function findPredecessors(
  graph: Graph,
  id: string,
  candidates: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const previous = (at: string): readonly string[] => graph.before.get(at) ?? [];
  for (const one of walk(previous(id), previous)) {
    if (candidates.has(one)) found.add(one);
    if (found.size === candidates.size) break;
  }
  return found;
}

/** Finds the nodes from which a run can end: nodes without a `default` edge, and all that lead to one. */
export function findEnding(graph: Graph): ReadonlySet<string> {
  const ends = graph.ids.filter((id) => graph.next.get(id)?.has('default') !== true);
  return collectReachable(ends, (id) => graph.before.get(id) ?? []);
}

function collectReachable(
  from: Iterable<string>,
  neighbours: (id: string) => Iterable<string>,
): ReadonlySet<string> {
  return new Set(walk(from, neighbours));
}

function* walk(from: Iterable<string>, neighbours: (id: string) => Iterable<string>): Generator<string> {
  const seen = new Set(from);
  // Iterating over a set includes the members that are added meanwhile.
  for (const id of seen) {
    yield id;
    for (const neighbour of neighbours(id)) seen.add(neighbour);
  }
}
