// Lays out the graph of a workflow: its nodes from top to bottom, its edges, and how often each was taken.
import type { LogEvent } from '../events/event.ts';

export interface GraphNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly visits: number;
  readonly status: 'completed' | 'failed' | 'running' | 'idle';
}

export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** Empty for the default action. */
  readonly action: string;
  readonly taken: number;
}

export interface FlowGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly width: number;
  readonly height: number;
}

export const NODE_WIDTH = 180;
export const NODE_HEIGHT = 36;
const GAP_X = 32;
const GAP_Y = 44;

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly action: string;
}

export function flowGraph(events: readonly LogEvent[]): FlowGraph {
  const { ids, edges } = workflowOf(events);
  const { path, ends } = pathOf(events);
  const known = ids.length > 0 ? ids : [...new Set(path)];
  const steps = countSteps(path);
  const all = withTaken(edges, known, steps);
  const layers = layersOf(known, all);
  const nodes = placeNodes(layers, path, ends);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const widest = Math.max(1, ...layers.map((layer) => layer.length));
  return {
    nodes,
    edges: all.flatMap(({ from, to, action }) => {
      const [a, b] = [byId.get(from), byId.get(to)];
      if (a === undefined || b === undefined) return [];
      return [{ from: a, to: b, action, taken: steps.get(`${from}\n${to}`) ?? 0 }];
    }),
    width: widest * (NODE_WIDTH + GAP_X) + GAP_X,
    height: layers.length * (NODE_HEIGHT + GAP_Y) + GAP_Y,
  };
}

/** The nodes and edges as the file has them. Without edges, nodes run in their order. */
function workflowOf(events: readonly LogEvent[]): { ids: readonly string[]; edges: readonly Edge[] } {
  let ids: readonly string[] = [];
  let ir: Readonly<Record<string, unknown>> = {};
  for (const event of events) {
    if (event.type === 'run.started') ir = event.data.ir ?? ir;
    if (event.type !== 'workflow.started' || event.node !== undefined) continue;
    ids = event.data.nodes;
    ir = event.data.ir ?? ir;
    break;
  }
  const written = ir['edges'];
  const edges = Array.isArray(written) ? written.flatMap(readEdge) : [];
  const inOrder = ids.slice(1).map((to, index) => ({ from: ids[index] ?? '', to, action: '' }));
  return { ids, edges: edges.length > 0 || !('nodes' in ir) ? edges : inOrder };
}

function readEdge(edge: unknown): Edge[] {
  if (typeof edge !== 'object' || edge === null) return [];
  const { from, to, action = '' } = edge as Readonly<Record<string, unknown>>;
  if (typeof from !== 'string' || typeof to !== 'string' || typeof action !== 'string') return [];
  return [{ from, to, action: action === 'default' ? '' : action }];
}

/** The nodes of the workflow itself, as they ran, and how each ended last. */
function pathOf(events: readonly LogEvent[]): {
  path: readonly string[];
  ends: ReadonlyMap<string, GraphNode['status']>;
} {
  const path: string[] = [];
  const ends = new Map<string, GraphNode['status']>();
  for (const { type, node, item, phase } of events) {
    if (node === undefined || node.includes('/') || item !== undefined || phase === 'planner') continue;
    if (type === 'node.started' || type === 'node.restored') path.push(node);
    if (type === 'node.started') ends.set(node, 'running');
    if (type === 'node.completed' || type === 'node.restored') ends.set(node, 'completed');
    if (type === 'node.failed') ends.set(node, 'failed');
  }
  return { path, ends };
}

function countSteps(path: readonly string[]): Map<string, number> {
  const steps = new Map<string, number>();
  for (const [index, to] of path.slice(1).entries()) {
    const key = `${path[index] ?? ''}\n${to}`;
    steps.set(key, (steps.get(key) ?? 0) + 1);
  }
  return steps;
}

/** Adds ways that were taken and that the file does not name. */
function withTaken(
  edges: readonly Edge[],
  ids: readonly string[],
  steps: ReadonlyMap<string, number>,
): Edge[] {
  const named = new Set(edges.map(({ from, to }) => `${from}\n${to}`));
  const more = [...steps.keys()].filter((key) => !named.has(key));
  const known = new Set(ids);
  return [...edges, ...more.map(toEdge).filter(({ from, to }) => known.has(from) && known.has(to))];
}

function toEdge(key: string): Edge {
  const [from = '', to = ''] = key.split('\n');
  return { from, to, action: '' };
}

/** Puts each node below the nodes before it. Edges that lead back are left out of account. */
function layersOf(ids: readonly string[], edges: readonly Edge[]): string[][] {
  const order = new Map(ids.map((id, index) => [id, index]));
  const depth = new Map(ids.map((id) => [id, 0]));
  const forward = edges.filter(({ from, to }) => (order.get(from) ?? 0) < (order.get(to) ?? 0));
  const bySource = new Map<string, Edge[]>(ids.map((id) => [id, []]));
  for (const edge of forward) bySource.get(edge.from)?.push(edge);
  for (const id of ids) {
    for (const { to } of bySource.get(id) ?? []) {
      depth.set(to, Math.max(depth.get(to) ?? 0, (depth.get(id) ?? 0) + 1));
    }
  }
  const layers: string[][] = [];
  for (const id of ids) (layers[depth.get(id) ?? 0] ??= []).push(id);
  return layers.filter((layer) => layer.length > 0);
}

function placeNodes(
  layers: readonly (readonly string[])[],
  path: readonly string[],
  ends: ReadonlyMap<string, GraphNode['status']>,
): GraphNode[] {
  const visits = new Map<string, number>();
  for (const id of path) visits.set(id, (visits.get(id) ?? 0) + 1);
  return layers.flatMap((layer, line) =>
    layer.map((id, column) => ({
      id,
      x: GAP_X + column * (NODE_WIDTH + GAP_X),
      y: GAP_Y + line * (NODE_HEIGHT + GAP_Y),
      visits: visits.get(id) ?? 0,
      status: ends.get(id) ?? 'idle',
    })),
  );
}
