// The graph of a workflow: an edge was taken if its action was, however many edges join the same nodes.
import { expect, test } from 'vitest';
import { flowGraph } from '../../src/page/flow-graph.ts';
import { buildRun, type RunBuilder } from '../support/run-builder.ts';

const IR = {
  nodes: [{ id: 'try' }, { id: 'mend' }, { id: 'end' }],
  edges: [
    { from: 'try', to: 'end' },
    { from: 'try', to: 'mend', action: 'retry' },
    { from: 'try', to: 'mend', action: 'error' },
    { from: 'mend', to: 'try' },
  ],
};

function taken(inside: (run: RunBuilder) => RunBuilder): string[] {
  const { events } = buildRun()
    .started({ ir: IR })
    .workflow(['try', 'mend', 'end'], (run) => void inside(run))
    .ended('success');
  return flowGraph(events, () => 'completed').edges.map(
    ({ from, to, action, taken: count, lane }) =>
      `${from.id} ${action === '' ? '-' : action} ${to.id} ×${String(count)} lane ${String(lane)}`,
  );
}

test('a failure takes the edge of errors, an action its own', () => {
  expect(
    taken((run) =>
      run
        .node('try', { fails: 'no' })
        .node('mend')
        .node('try', { visit: 2, action: 'retry' })
        .node('mend', { visit: 2 })
        .node('try', { visit: 3 })
        .node('end'),
    ),
  ).toEqual([
    'try - end ×1 lane 0',
    'try retry mend ×1 lane 0',
    'try error mend ×1 lane 1',
    'mend - try ×2 lane 0',
  ]);
});

test('a restored node was left by the action of the earlier run', () => {
  const data = { node_type: 'echo', action: 'retry', from: { run: 'r', seq: 1 } };
  expect(taken((run) => run.emit({ type: 'node.restored', node: 'try', data }).node('mend'))).toEqual([
    'try - end ×0 lane 0',
    'try retry mend ×1 lane 0',
    'try error mend ×0 lane 1',
    'mend - try ×0 lane 0',
  ]);
});

test('items, planner nodes and nodes of nested workflows are not steps of the graph', () => {
  expect(
    taken((run) => run.node('try', {}, (node) => node.node('try', { item: 0 }).node('try/in')).node('end')),
  ).toContain('try - end ×1 lane 0');
});

test('a step that the file does not name is drawn with its action', () => {
  expect(taken((run) => run.node('mend', { action: 'skip' }).node('end'))).toContain(
    'mend skip end ×1 lane 0',
  );
});
