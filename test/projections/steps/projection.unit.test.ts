import { expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { createSteps } from '../../../projections/steps/projection.ts';
import { warnings } from '../../../projections/warnings/projection.ts';
import { buildRun } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

const steps = createSteps({ pricing: testPricing() });

test('nodes are in document order, followed by nodes that the file does not list', () => {
  const run = buildRun()
    .started()
    .planner((inside) => inside.node('generate', {}, (node) => node.call()))
    .workflow(['a', 'child', 'never', 'b'], (inside) =>
      inside
        .node('b', { ms: 2.345, fails: 'no' }, (node) => node.retried().call({ fails: 'overloaded' }).call())
        .node('child', { ms: 9 }, (child) => child.node('child/inner', { ms: 8 }, (node) => node.call()))
        .node('a', { ms: 1 })
        .node('a', { ms: 1, visit: 2 }),
    )
    .ended('failed');
  expect(project(steps, run.events)).toStrictEqual([
    { node_id: 'a', status: 'completed', duration_ms: 2, cost_usd: 0, visits: 2 },
    { node_id: 'child', status: 'completed', duration_ms: 9, cost_usd: 0 },
    { node_id: 'never', status: 'not_executed', duration_ms: 0, cost_usd: 0 },
    {
      node_id: 'b',
      status: 'failed',
      duration_ms: 2.35,
      cost_usd: 0.0105,
      attempts: [{ error: { name: 'Error', message: 'not now' }, wait_ms: 1 }],
      retried_because: ['not now'],
      error: { name: 'Error', message: 'no' },
    },
    { node_id: 'child/inner', status: 'completed', duration_ms: 8, cost_usd: 0.0105 },
  ]);
});

test('a node that failed and then completed has completed', () => {
  const run = buildRun()
    .started()
    .workflow(['a'], (inside) => inside.node('a', { fails: 'first' }).node('a', { visit: 2 }))
    .ended('success');
  expect(project(steps, run.events)).toStrictEqual([
    { node_id: 'a', status: 'completed', duration_ms: 20, cost_usd: 0, visits: 2 },
  ]);
});

test('a node without an end is running, or ended as its run did', () => {
  const begun = buildRun()
    .started()
    .workflow(['a'], (inside) => inside.node('a', { hangs: true }), null);
  expect(project(steps, begun.events).map(({ status }) => status)).toEqual(['running']);
  const statusAfter = (end: 'interrupted' | 'failed'): unknown =>
    project(
      steps,
      buildRun()
        .started()
        .workflow(['a'], (inside) => inside.node('a', { hangs: true }), null)
        .ended(end).events,
    )[0]?.status;
  expect([statusAfter('interrupted'), statusAfter('failed')]).toEqual(['interrupted', 'failed']);
});

test('a batch that reports only its items fails if one of them failed', () => {
  const run = buildRun()
    .started()
    .workflow(['good', 'bad'], (inside) =>
      inside
        .node('good', { item: 0, ms: 1 })
        .node('good', { item: 1, ms: 2 })
        .node('bad', { item: 0, ms: 1, fails: 'no' })
        .node('bad', { item: 1, ms: 2 }),
    )
    .ended('failed');
  expect(project(steps, run.events)).toStrictEqual([
    { node_id: 'good', status: 'completed', duration_ms: 3, cost_usd: 0, items: 2 },
    {
      node_id: 'bad',
      status: 'failed',
      duration_ms: 3,
      cost_usd: 0,
      items: 2,
      failed_items: 1,
      error: { name: 'Error', message: 'no' },
    },
  ]);
});

const STOPPED = { name: 'AbortError', message: 'another item of the batch failed', code: 'ITEM_STOPPED' };

test('a batch counts its items over all visits, and a stopped item has not failed', () => {
  const run = buildRun()
    .started()
    .workflow(['each'], (inside) =>
      inside
        .node('each', { fails: 'item 1: no' }, (node) =>
          node
            .batch(9)
            .node('each', { item: 0 })
            .node('each', { item: 2, fails: STOPPED })
            .node('each', { item: 1, fails: 'no' }),
        )
        .node('each', { visit: 2 }, (node) =>
          node.batch(1).node('each', { item: 0, visit: 2, fails: 'late' }),
        ),
    )
    .ended('failed');
  expect(project(steps, run.events)[0]?.batch).toStrictEqual({
    total: 10,
    succeeded: 1,
    failed: 2,
    errors: [
      { index: 1, error: { name: 'Error', message: 'no' } },
      { index: 0, visit: 2, error: { name: 'Error', message: 'late' } },
    ],
  });
});

test('a batch keeps the errors of the five lowest indexes, in whatever order the items ended', () => {
  const run = buildRun()
    .started()
    .workflow(['each'], (inside) =>
      inside.node('each', {}, (node) => {
        node.batch(8);
        for (const item of [7, 3, 5, 1, 6, 0, 2]) node.node('each', { item, fails: `no ${String(item)}` });
      }),
    )
    .ended('success');
  const [step] = project(steps, run.events);
  expect(step?.batch?.errors.map(({ index }) => index)).toEqual([0, 1, 2, 3, 5]);
  expect(step?.batch).toMatchObject({ total: 8, succeeded: 0, failed: 7 });
});

test('warnings are in order, with their node if they have one', () => {
  const run = buildRun()
    .started()
    .warned('UNUSED', 'an input')
    .workflow(['a'], (inside) => inside.node('a', {}, (node) => node.warned('RECOVERED', 'it goes on')));
  expect(project(warnings, run.events)).toStrictEqual([
    { code: 'UNUSED', message: 'an input' },
    { code: 'RECOVERED', node_id: 'a', message: 'it goes on' },
  ]);
});
