// The four figures: nothing unknown is shown as nothing, and every node is counted once.
import { expect, test } from 'vitest';
import { figures } from '../../src/page/figures.ts';
import { buildRun, type RunBuilder } from '../support/run-builder.ts';
import { modelOf } from './page-model.ts';

function figure(run: RunBuilder, name: string, status?: 'running'): string {
  const found = figures(modelOf(run, status), null).find((one) => one.name === name);
  return [found?.value ?? '', ...(found?.notes ?? [])].join(' | ');
}

test('a call that was sent and has no end makes the cost unknown, or not exact', () => {
  const run = (calls: (node: RunBuilder) => void): RunBuilder =>
    buildRun()
      .started()
      .workflow(['ask'], (inside) => inside.node('ask', { hangs: true }, calls), null);
  expect(
    figure(
      run((node) => node.call({ sent: true, hangs: true })),
      'Cost',
    ),
  ).toBe('unknown | 1 call, not exact: 1 reason, see Cost');
  expect(
    figure(
      run((node) => node.call().call({ sent: true, hangs: true })),
      'Cost',
    ),
  ).toBe('~$0.010500 | 2 calls, not exact: 1 reason, see Cost');
});

test('a median of costs that are not exact is marked', () => {
  const run = buildRun()
    .started()
    .workflow(['a'], (inside) => inside.node('a'));
  const earlier = { runs: 3, cost_usd: '0.01', exact: false, duration_ms: 5 };
  const [cost] = figures(modelOf(run.ended('success')), earlier);
  expect(cost?.notes).toContain('median of 3 earlier runs: ~$0.010000');
});

test('nodes of the workflow: those that ran, were restored, failed, wait or never ran; nested ones apart', () => {
  const data = { node_type: 'echo', action: 'default', from: { run: 'r', seq: 1 } };
  const run = buildRun()
    .started()
    .workflow(['read', 'child', 'never'], (inside) =>
      inside
        .emit({ type: 'node.restored', node: 'read', data })
        .node('child', { fails: 'child/ask: no' }, (child) => child.node('child/ask', { fails: 'no' })),
    )
    .ended('failed');
  expect(figure(run, 'Nodes')).toBe(
    '1 of 3 | 1 restored | 1 failed | 1 never ran | and 1 node of nested workflows',
  );
});

test('a run that goes on has nodes that have not run yet', () => {
  const run = buildRun()
    .started()
    .workflow(['a', 'b'], (inside) => inside.node('a', { hangs: true }), null);
  expect(figure(run, 'Nodes', 'running')).toBe('1 of 2 | 1 not run yet');
});
