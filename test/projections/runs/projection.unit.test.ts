import { expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { createRuns } from '../../../projections/runs/projection.ts';
import { runRowSchema } from '../../../projections/runs/schema.ts';
import { cataloguePricing, completedCall, MILLION } from '../../support/model-calls.ts';
import { buildRun, RunBuilder, runId } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

const runs = createRuns({ pricing: testPricing() });

test('a row has the node that failed, its attempts and its error', () => {
  const run = buildRun()
    .started({ tags: { customer: 'acme' }, nodes: 3, pid: 7, host: 'ab' })
    .workflow(['a', 'b', 'c'], (inside) =>
      inside
        .node('a', {}, (node) => node.call())
        .node('b', { fails: 'no' }, (node) => node.retried(1).retried(2)),
    )
    .ended('failed', 1_234);
  expect(project(runs, run.events)).toStrictEqual([
    {
      run: runId(1),
      workflow: 'example',
      status: 'failed',
      started_at: '2026-11-22T09:30:00.000Z',
      ended_at: '2026-11-22T09:30:00.020Z',
      duration_ms: 1_234,
      cost_usd: '0.0105',
      exact: true,
      calls: 1,
      tokens: 1_500,
      models: ['anthropic/claude-sonnet-4-0'],
      attempts: 3,
      retries: 2,
      failed_node: 'b',
      error: { name: 'Error', message: 'no' },
      nodes_executed: 2,
      nodes: 3,
      tags: { customer: 'acme' },
    },
  ]);
});

test('a row of a run that failed in a batch has the items that failed, the one of its error first', () => {
  const batch = (inside: RunBuilder): RunBuilder => {
    const fails = { name: 'Error', message: 'stopped', code: 'ITEM_STOPPED' };
    return inside.node('a', { fails: 'item 2: no' }, (node) =>
      node
        .batch(5)
        .node('a', { item: 2 }, (item) => item.node('a/b', { item: 2, fails: 'no' }))
        .node('a', { item: 2, fails: 'node "a/b": no' })
        .node('a', { item: 0, fails: 'other' })
        .node('a', { item: 1 })
        .node('a', { item: 3, fails }),
    );
  };
  const [row] = project(runs, buildRun().started().workflow(['a'], batch).ended('failed').events);
  expect(runRowSchema.parse(row)).toEqual(row);
  expect(row).toMatchObject({
    ...{ failed_node: 'a/b', error: { message: 'no' } },
    failed_items: { items: [2, 0], count: 2, of: 5 },
  });
});

test('a run that goes on after a batch that failed has no failed items', () => {
  const [row] = project(
    runs,
    buildRun()
      .started()
      .workflow(['a', 'b'], (inside) =>
        inside
          .node('a', {}, (node) => node.batch(1).node('a', { item: 0, fails: 'no' }))
          .node('b', { fails: 'later' }),
      )
      .ended('failed').events,
  );
  expect(row).toMatchObject({ failed_node: 'b' });
  expect(row).not.toHaveProperty('failed_items');
});

test('a row has the doubts about its cost', () => {
  const call = completedCall({ model: 'azure/gpt-4o', usage: { input_tokens: MILLION } });
  const [row] = project(createRuns({ pricing: cataloguePricing() }), [call]);
  expect(runRowSchema.parse(row)).toEqual(row);
  expect([row?.exact, row?.doubts]).toEqual([
    false,
    [
      {
        code: 'SELLER_ASSUMED',
        calls: 1,
        models: ['azure/gpt-4o'],
        cost_usd: '2.5',
        reasons: ['no price of azure is known for openai/gpt-4o; it has the price of openai'],
      },
    ],
  ]);
});

test('a run without an end has its writer and the node that ran', () => {
  const run = buildRun()
    .started({ pid: 7, host: 'ab' })
    .workflow(['a'], (inside) => inside.node('a', { hangs: true }), null);
  expect(project(runs, run.events)).toMatchObject([
    { status: 'incomplete', failed_node: 'a', attempts: 1, error: null, ended_at: null, pid: 7, host: 'ab' },
  ]);
});

test('a failure that the run went past is not a failed node', () => {
  const run = buildRun()
    .started()
    .workflow(['a', 'b'], (inside) => inside.node('a', { fails: 'no' }).node('b'))
    .ended('success');
  expect(project(runs, run.events)).toMatchObject([{ status: 'success', failed_node: null, attempts: 0 }]);
});

test('runs of one log are apart', () => {
  const events = [
    ...new RunBuilder(runId(1)).started().ended('success').events,
    ...new RunBuilder(runId(2)).started().ended('interrupted').events,
  ];
  expect(project(runs, events).map(({ run, status }) => [run, status])).toEqual([
    [runId(1), 'success'],
    [runId(2), 'interrupted'],
  ]);
});
