// Draws an edge of the graph: straight down to the next layer, and around the nodes between on any other way.
import { NODE_HEIGHT, NODE_WIDTH, LAYER_HEIGHT, type GraphEdge, type GraphNode } from './flow-graph.ts';

export interface EdgeShape {
  /** Paths of an SVG. */
  readonly path: string;
  readonly tip: string;
  readonly label: { readonly x: number; readonly y: number };
}

/** Between edges that join the same two nodes. */
const LANE_WIDTH = 36;
/** How far an edge goes out to pass nodes, at least. */
const OUT = 26;

export function edgeShape({ from, to, lane }: GraphEdge): EdgeShape {
  const shift = lane * LANE_WIDTH;
  if (to.y - from.y === LAYER_HEIGHT) return shapeDown(from, to, shift);
  return to.x > from.x && to.y > from.y ? shapeOver(from, to, shift) : shapeAround(from, to, shift);
}

function shapeDown(from: GraphNode, to: GraphNode, shift: number): EdgeShape {
  const [x1, x2] = [from.x + NODE_WIDTH / 2 + shift, to.x + NODE_WIDTH / 2 + shift];
  const [y1, y2] = [from.y + NODE_HEIGHT, to.y];
  return {
    path: `M ${point(x1, y1)} C ${point(x1, y1 + 22)}, ${point(x2, y2 - 22)}, ${point(x2, y2)}`,
    tip: tipDown(x2, y2),
    label: { x: (x1 + x2) / 2 + 8, y: (y1 + y2) / 2 + 4 },
  };
}

/** To a node further to the right: out to its column, then down. */
function shapeOver(from: GraphNode, to: GraphNode, shift: number): EdgeShape {
  const [x1, x2] = [from.x + NODE_WIDTH, to.x + NODE_WIDTH / 2 + shift];
  const y = middleOf(from);
  return {
    path: `M ${point(x1, y)} C ${point(x2, y)}, ${point(x2, y)}, ${point(x2, to.y)}`,
    tip: tipDown(x2, to.y),
    label: { x: x1 + 8, y: y - 6 },
  };
}

/** Back, or past nodes of the same column: on their right side. */
function shapeAround(from: GraphNode, to: GraphNode, shift: number): EdgeShape {
  const [x1, x2] = [from.x + NODE_WIDTH, to.x + NODE_WIDTH];
  const [y1, y2] = [middleOf(from), middleOf(to)];
  const side = Math.max(x1, x2) + OUT + shift + Math.min(OUT, Math.abs(to.y - from.y) / 20);
  return {
    path: `M ${point(x1, y1)} C ${point(side, y1)}, ${point(side, y2)}, ${point(x2, y2)}`,
    tip: `M ${point(x2 + 7, y2 - 4)} L ${point(x2, y2)} L ${point(x2 + 7, y2 + 4)}`,
    label: { x: side - 4, y: (y1 + y2) / 2 + 4 },
  };
}

function middleOf({ y }: GraphNode): number {
  return y + NODE_HEIGHT / 2;
}

function tipDown(x: number, y: number): string {
  return `M ${point(x - 4, y - 7)} L ${point(x, y)} L ${point(x + 4, y - 7)}`;
}

function point(x: number, y: number): string {
  return `${String(x)} ${String(y)}`;
}
