// Lays out the graph of a workflow: its nodes from top to bottom, its edges, and how often each was taken.
import type { LogEvent } from '../events/event.ts';
import type { NodeStatus } from './node-status.ts';

export interface GraphNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly visits: number;
  readonly status: NodeStatus;
}

export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** Empty for the default action. */
  readonly action: string;
  readonly taken: number;
  /** Counts the edges between the same two nodes, from 0. */
  readonly lane: number;
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
/** For edges that pass nodes on their right side, with their actions. */
const SIDE = 96;
/** From the top of a node to that of a node in the next layer. */
export const LAYER_HEIGHT = NODE_HEIGHT + GAP_Y;

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly action: string;
}

/** `statusOf`: of the last visit of a node. */
export function flowGraph(events: readonly LogEvent[], statusOf: (node: string) => NodeStatus): FlowGraph {
  const { ids, edges } = workflowOf(events);
  const { path, steps } = courseOf(events);
  const known = ids.length > 0 ? ids : [...new Set(path)];
  const all = withTaken(edges, known, steps);
  const layers = layersOf(known, all);
  const nodes = placeNodes(layers, path, statusOf);
  const widest = Math.max(1, ...layers.map((layer) => layer.length));
  return {
    nodes,
    edges: placeEdges(all, nodes, steps),
    width: widest * (NODE_WIDTH + GAP_X) + GAP_X + SIDE,
    height: layers.length * LAYER_HEIGHT + GAP_Y,
  };
}

function placeEdges(
  edges: readonly Edge[],
  nodes: readonly GraphNode[],
  steps: Course['steps'],
): GraphEdge[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const lanes = new Map<string, number>();
  return edges.flatMap((edge) => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const pair = JSON.stringify([edge.from, edge.to]);
    const lane = lanes.get(pair) ?? 0;
    lanes.set(pair, lane + 1);
    return [{ from, to, action: edge.action, taken: steps.get(keyOf(edge))?.taken ?? 0, lane }];
  });
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
  return [{ from, to, action: plainAction(action) }];
}

/** A step from one node to the next, by an action. */
interface Step extends Edge {
  readonly taken: number;
}

interface Course {
  /** The nodes of the workflow itself, as they ran. */
  readonly path: readonly string[];
  readonly steps: ReadonlyMap<string, Step>;
}

function courseOf(events: readonly LogEvent[]): Course {
  const path: string[] = [];
  const steps = new Map<string, Step>();
  let left: Omit<Edge, 'to'> | null = null;
  for (const event of events) {
    const { type, node, item, phase } = event;
    if (node === undefined || node.includes('/') || item !== undefined || phase === 'planner') continue;
    if (type === 'node.started' || type === 'node.restored') {
      path.push(node);
      if (left !== null) addStep(steps, { ...left, to: node });
      left = null;
    }
    const action = actionOf(event);
    if (action !== undefined) left = { from: node, action };
  }
  return { path, steps };
}

/** Finds the action by which a node was left. */
function actionOf(event: LogEvent): string | undefined {
  if (event.type === 'node.failed') return 'error';
  if (event.type !== 'node.completed' && event.type !== 'node.restored') return undefined;
  return plainAction(event.data.action);
}

function plainAction(action: string): string {
  return action === 'default' ? '' : action;
}

function keyOf({ from, to, action }: Edge): string {
  return JSON.stringify([from, to, action]);
}

function addStep(steps: Map<string, Step>, edge: Edge): void {
  const key = keyOf(edge);
  steps.set(key, { ...edge, taken: (steps.get(key)?.taken ?? 0) + 1 });
}

/** Adds steps that were taken and that the file does not name. */
function withTaken(edges: readonly Edge[], ids: readonly string[], steps: Course['steps']): Edge[] {
  const named = new Set(edges.map(keyOf));
  const known = new Set(ids);
  const more = [...steps].filter(
    ([key, { from, to }]) => !named.has(key) && known.has(from) && known.has(to),
  );
  return [...edges, ...more.map(([, { from, to, action }]) => ({ from, to, action }))];
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
  statusOf: (node: string) => NodeStatus,
): GraphNode[] {
  const visits = new Map<string, number>();
  for (const id of path) visits.set(id, (visits.get(id) ?? 0) + 1);
  return layers.flatMap((layer, line) =>
    layer.map((id, column) => ({
      id,
      x: GAP_X + column * (NODE_WIDTH + GAP_X),
      y: GAP_Y + line * LAYER_HEIGHT,
      visits: visits.get(id) ?? 0,
      status: statusOf(id),
    })),
  );
}
