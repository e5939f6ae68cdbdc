import { expect, test } from 'vitest';
import { project, startLive } from '../../../projections/fold.ts';
import { createSummary } from '../../../projections/summary/projection.ts';
import { buildRun, runId } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

const summary = createSummary({ pricing: testPricing() });

test('a run in progress has its running nodes, their start and the cost so far', () => {
  const run = buildRun()
    .started()
    .workflow(
      ['a', 'b', 'c'],
      (inside) =>
        inside
          .node('a', { ms: 4 }, (node) => node.call())
          .warned('ODD', 'something')
          .node('b', { hangs: true }, (node) => node.after(3).retried()),
      null,
    );
  const node = { phase: 'workflow', duration_ms: 0, cost_usd: 0 };
  expect(project(summary, run.events)).toStrictEqual({
    run: runId(1),
    workflow_name: 'example',
    status: 'incomplete',
    phase: 'workflow',
    elapsed_ms: 7,
    cost_usd: 0.0105,
    cost_is_exact: true,
    exact: true,
    doubts: [],
    tokens: 1500,
    calls: 1,
    warnings: 1,
    current: ['b'],
    nodes: [
      { ...node, node_id: 'a', state: 'completed', duration_ms: 4, cost_usd: 0.0105 },
      { ...node, node_id: 'b', state: 'running', since_ms: 4, attempt: 2, retried_because: ['not now'] },
      { ...node, node_id: 'c', state: 'waiting' },
    ],
  });
});

test('no node is running after the end of the run', () => {
  const run = buildRun()
    .started()
    .planner((inside) => inside.node('generate', {}, (node) => node.call()))
    .workflow(['a'], (inside) => inside.node('a', { hangs: true }))
    .ended('interrupted', 55);
  const { status, elapsed_ms, current, nodes } = project(summary, run.events);
  expect({ status, elapsed_ms, current }).toEqual({ status: 'interrupted', elapsed_ms: 55, current: [] });
  expect(nodes.map(({ node_id, phase, state }) => `${phase} ${node_id} ${state}`)).toEqual([
    'planner generate completed',
    'workflow a failed',
  ]);
});

test('the state grows with the nodes and not with the events', () => {
  const live = startLive(summary);
  const sizeAfter = (visits: number): number => {
    const run = buildRun().started();
    for (let visit = 1; visit <= visits; visit += 1)
      run.node('a', { visit }, (node) => node.call({ model: 'ollama/gratis' }));
    for (const event of run.events) live.add(event);
    return live.state().nodes.size + Object.keys(live.state().ledger.buckets).length;
  };
  expect([sizeAfter(1), sizeAfter(40)]).toEqual([2, 2]);
});
