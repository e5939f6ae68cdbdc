import { describe, expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { createMetrics } from '../../../projections/metrics/projection.ts';
import type { Metrics } from '../../../projections/metrics/schema.ts';
import { buildRun, runId } from '../../support/run-builder.ts';
import type { RunBuilder } from '../../support/run-builder.ts';
import { FREE, MINI, SONNET, testPricing, UNKNOWN } from '../../support/test-prices.ts';

const metrics = createMetrics({ pricing: testPricing() });

function metricsOf(...runs: RunBuilder[]): Metrics {
  return project(
    metrics,
    runs.flatMap(({ events }) => events),
  );
}

test('a planned run has all fields in their order', () => {
  const document = metricsOf(
    buildRun()
      .started()
      .planner((run) => run.node('generate', { ms: 12.3456 }, (node) => node.call()), 31.25)
      .workflow(['draft', 'write'], (run) =>
        run
          .node('draft', { ms: 100 }, (node) => node.call({ model: MINI, provider: 'openai' }))
          .node('write', { ms: 2.5 }),
      )
      .ended('success', 200.005),
  );
  expect(JSON.stringify(document, null, 2)).toBe(
    JSON.stringify(
      {
        duration_ms: 200.01,
        duration_planner_ms: 31.25,
        total_cost_usd: 0.01095,
        num_nodes: 3,
        exact: true,
        doubts: [],
        metrics: {
          planner: {
            duration_ms: 31.25,
            nodes_executed: 1,
            node_timings: { generate: 12.35 },
            tokens_input: 1000,
            tokens_output: 500,
            tokens_total: 1500,
            cost_usd: 0.0105,
            models_used: [SONNET],
          },
          workflow: {
            duration_ms: 50,
            nodes_executed: 2,
            node_timings: { draft: 100, write: 2.5 },
            tokens_input: 1000,
            tokens_output: 500,
            tokens_total: 1500,
            cost_usd: 0.00045,
            models_used: [MINI],
          },
          total: {
            tokens_input: 2000,
            tokens_output: 1000,
            tokens_total: 3000,
            tokens_cache_creation: 0,
            tokens_cache_read: 0,
            tokens_reasoning: 0,
            cost_usd: 0.01095,
            calls: 2,
            failed_calls: 0,
            unmetered_calls: 0,
          },
        },
        models: [modelRow(SONNET, 0.0105), modelRow(MINI, 0.00045)],
        reused_cost_usd: 0,
        pricing: { source: 'test', version: '1', exact: true, estimated_models: [] },
        complete: true,
        status: 'success',
      },
      null,
      2,
    ),
  );
});

function modelRow(model: string, cost_usd: number): Metrics['models'][number] {
  const tokens = { tokens_input: 1000, tokens_output: 500, tokens_total: 1500 };
  const others = { tokens_cache_creation: 0, tokens_cache_read: 0, tokens_reasoning: 0 };
  return { model, calls: 1, ...tokens, ...others, cost_usd, estimated: false };
}

describe('edge cases', () => {
  test('a run without a model call costs 0', () => {
    const document = metricsOf(
      buildRun()
        .started()
        .workflow(['a'], (run) => run.node('a'))
        .ended('success'),
    );
    expect(document.total_cost_usd).toBe(0);
    expect(document.metrics.planner).toBe(null);
    expect(document.models).toEqual([]);
    expect(document.pricing.exact).toBe(true);
  });

  test('several calls of one node add up even if their usage is overwritten in the store', () => {
    const { metrics: spent, total_cost_usd } = metricsOf(
      buildRun()
        .started()
        .workflow(['a', 'b'], (run) =>
          run.node('a', {}, (node) => node.call().call()).node('b', {}, (node) => node.call()),
        )
        .ended('success'),
    );
    expect(total_cost_usd).toBe(0.0315);
    expect(spent.total.calls).toBe(3);
    expect(spent.workflow?.tokens_total).toBe(4500);
  });

  test('a failed node has its time and its cost', () => {
    const document = metricsOf(
      buildRun()
        .started()
        .workflow(['a'], (run) => run.node('a', { fails: 'boom', ms: 7 }, (node) => node.call()))
        .ended('failed'),
    );
    expect(document.metrics.workflow?.node_timings).toEqual({ a: 7 });
    expect(document.total_cost_usd).toBe(0.0105);
    expect([document.status, document.complete]).toEqual(['failed', true]);
  });

  test('a call with usage {} is counted as unmetered and makes the total inexact', () => {
    const document = metricsOf(
      buildRun()
        .started()
        .workflow(['a'], (run) => run.node('a', {}, (node) => node.call({ usage: {} })))
        .ended('success'),
    );
    expect(document.metrics.total).toMatchObject({
      calls: 1,
      unmetered_calls: 1,
      tokens_total: 0,
      cost_usd: 0,
    });
    expect(document.pricing.exact).toBe(false);
  });

  test('an unknown model has the default price and is listed as estimated', () => {
    const document = metricsOf(
      buildRun()
        .started()
        .workflow(['a'], (run) => run.node('a', {}, (node) => node.call({ model: UNKNOWN })))
        .ended('success'),
    );
    expect(document.total_cost_usd).toBe(0.0105);
    expect(document.pricing).toEqual({
      source: 'test',
      version: '1',
      exact: false,
      estimated_models: [UNKNOWN],
    });
    expect(document.models.map(({ estimated }) => estimated)).toEqual([true]);
  });
});

test('failed calls are counted, and paid if they report their usage', () => {
  const document = metricsOf(
    buildRun()
      .started()
      .workflow(['a'], (run) =>
        run.node('a', {}, (node) =>
          node
            .call({ fails: 'overloaded' })
            .retried()
            .call({ fails: 'half an answer', usage: { input_tokens: 1000, output_tokens: 0 } })
            .call({ model: FREE }),
        ),
      )
      .ended('success'),
  );
  expect(document.metrics.total).toMatchObject({ calls: 2, failed_calls: 2, cost_usd: 0.003 });
});

test('cached tokens are counted separately, in neither tokens_input nor tokens_total', () => {
  const usage = {
    input_tokens: 100,
    output_tokens: 50,
    total_tokens: 3150,
    cache_creation_input_tokens: 1000,
    cache_read_input_tokens: 2000,
    reasoning_tokens: 20,
  };
  const { metrics: spent } = metricsOf(
    buildRun()
      .started()
      .workflow(['a'], (run) => run.node('a', {}, (node) => node.call({ usage })))
      .ended('success'),
  );
  expect(spent.total).toEqual({
    tokens_input: 100,
    tokens_output: 50,
    tokens_total: 150,
    tokens_cache_creation: 1000,
    tokens_cache_read: 2000,
    tokens_reasoning: 20,
    cost_usd: 0.0054,
    calls: 1,
    failed_calls: 0,
    unmetered_calls: 0,
  });
});

test('the cost of a reused answer is only in reused_cost_usd', () => {
  const document = metricsOf(
    buildRun()
      .started()
      .workflow(['a'], (run) =>
        run.node('a', {}, (node) => node.call({ reused: { run: 'elsewhere', seq: 3 } })),
      )
      .ended('success'),
  );
  expect([document.total_cost_usd, document.reused_cost_usd]).toEqual([0, 0.0105]);
  expect(document.metrics.total.tokens_total).toBe(0);
});

test('visits of a node add up, nested nodes have their path, and a batch has its own time', () => {
  const { metrics: spent, num_nodes } = metricsOf(
    buildRun()
      .started()
      .workflow(['loop', 'child', 'batch', 'items'], (run) =>
        run
          .node('loop', { ms: 1.111 })
          .node('loop', { ms: 2.222, visit: 2 })
          .node('child', { ms: 30 }, (child) => child.node('child/inner', { ms: 10 }))
          .node('batch', { ms: 9 }, (batch) =>
            batch.node('batch', { ms: 4, item: 0 }).node('batch', { ms: 5, item: 1 }),
          )
          .node('items', { ms: 4, item: 0 })
          .node('items', { ms: 5, item: 1 }),
      )
      .ended('success'),
  );
  expect(spent.workflow?.node_timings).toEqual({
    batch: 9,
    child: 30,
    'child/inner': 10,
    items: 9,
    loop: 3.33,
  });
  expect(num_nodes).toBe(5);
});

test('a nested workflow counts as part of its node', () => {
  const { metrics: spent } = metricsOf(
    buildRun()
      .started()
      .workflow(['child'], (run) =>
        run.node('child', { ms: 30 }, (child) =>
          child.workflow(['inner'], (nested) => nested.node('child/inner'), 29),
        ),
      )
      .ended('success'),
  );
  expect(spent.workflow).toMatchObject({ duration_ms: 50, node_timings: { child: 30, 'child/inner': 10 } });
});

describe('a run without an end', () => {
  test('lasts until its last event of level metrics and is not complete', () => {
    const run = buildRun()
      .started()
      .workflow(
        ['a'],
        (inside) =>
          inside
            .after(5)
            .node('a', { hangs: true }, (node) => node.after(7.5).call().after(99).resolved('p', 't', 'v')),
        null,
      );
    const document = metricsOf(run);
    expect([document.duration_ms, document.complete, document.status]).toEqual([12.5, false, 'incomplete']);
    expect(document.metrics.workflow).toMatchObject({
      duration_ms: 12.5,
      nodes_executed: 1,
      node_timings: { a: 0 },
    });
  });

  test('an empty log is not a success', () => {
    const { metrics: spent, ...rest } = metricsOf();
    expect(rest).toMatchObject({ duration_ms: 0, num_nodes: 0, complete: false, status: 'incomplete' });
    expect([spent.planner, spent.workflow]).toEqual([null, null]);
  });
});

test('several runs give sums, distinct nodes of each, the worst status and their number', () => {
  const run = (id: number, status: 'success' | 'interrupted'): RunBuilder =>
    buildRun(runId(id))
      .started()
      .workflow(['a'], (inside) => inside.node('a', { ms: 3 }, (node) => node.call()))
      .ended(status, 10.004);
  const document = metricsOf(run(1, 'success'), run(2, 'interrupted'));
  expect(document).toMatchObject({
    duration_ms: 20.01,
    total_cost_usd: 0.021,
    num_nodes: 2,
    metrics: { workflow: { duration_ms: 100, nodes_executed: 2, node_timings: { a: 6 } } },
    complete: true,
    status: 'interrupted',
    runs: 2,
  });
  const unfinished = buildRun(runId(3)).started();
  expect(metricsOf(run(1, 'success'), unfinished)).toMatchObject({
    complete: false,
    status: 'incomplete',
    runs: 2,
  });
});

test('names that are special in JavaScript are ordinary names', () => {
  const { metrics: spent } = metricsOf(
    buildRun()
      .started()
      .workflow(['__proto__'], (run) =>
        run.node('__proto__', { ms: 3 }, (node) => node.call({ model: '__proto__' })),
      )
      .ended('success'),
  );
  expect(JSON.stringify(spent.workflow?.node_timings)).toBe('{"__proto__":3}');
  expect(spent.workflow?.models_used).toEqual(['__proto__']);
});
