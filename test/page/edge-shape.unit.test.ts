// Edges of the graph: down to the next layer, and on any other way around the nodes between.
import { expect, test } from 'vitest';
import { edgeShape } from '../../src/page/edge-shape.ts';
import { flowGraph, NODE_WIDTH, type GraphEdge } from '../../src/page/flow-graph.ts';
import { buildRun } from '../support/run-builder.ts';

const IDS = ['a', 'b', 'c'];
const IR = {
  nodes: IDS.map((id) => ({ id })),
  edges: [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'a', to: 'c', action: 'skip' },
    { from: 'c', to: 'a', action: 'again' },
    { from: 'a', to: 'b', action: 'other' },
  ],
};

function edge(action: string): GraphEdge {
  const { events } = buildRun()
    .started({ ir: IR })
    .workflow(IDS, () => undefined);
  const found = flowGraph(events, () => 'idle').edges.find((one) => one.action === action);
  if (found === undefined) throw new Error(`no edge ${action}`);
  return found;
}

/** The x of every point of a path. */
function widths(action: string): number[] {
  return [...edgeShape(edge(action)).path.matchAll(/([\d.]+) [\d.]+/gu)].map(([, x]) => Number(x));
}

test('an edge to the next layer stays below its node', () => {
  const { from } = edge('');
  expect(widths('').every((x) => x > from.x && x < from.x + NODE_WIDTH)).toBe(true);
});

test.each(['skip', 'again'])('an edge %s past a node leaves it at the right side', (action) => {
  const { from } = edge(action);
  const [first = 0, ...others] = widths(action);
  expect(first).toBe(from.x + NODE_WIDTH);
  expect(Math.max(...others)).toBeGreaterThan(from.x + NODE_WIDTH + 20);
});

test('two edges between the same nodes do not lie on each other', () => {
  expect(edgeShape(edge('other')).path).not.toBe(edgeShape(edge('')).path);
});
