import { describe, expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import type { TraceOptions } from '../../../projections/trace/document.ts';
import { createTrace } from '../../../projections/trace/projection.ts';
import type { Trace } from '../../../projections/trace/schema.ts';
import type { StorePatch } from '../../../src/events/content-events.ts';
import { buildRun, type RunBuilder } from '../../support/run-builder.ts';
import { SONNET, testPricing, UNKNOWN } from '../../support/test-prices.ts';

const pricing = testPricing();

function traceOf(run: RunBuilder, options: Partial<TraceOptions> = {}): Trace {
  return project(createTrace({ pricing, ...options }), run.events);
}

const add = (path: (string | number)[], value: unknown): StorePatch => ({ op: 'add', path, value });

test('a run with a call and a failed node has all fields in their order', () => {
  const run = buildRun()
    .started()
    .changed(add(['topic'], 'tea'))
    .workflow(['draft', 'write'], (inside) =>
      inside
        .node('draft', { type: 'llm', ms: 20 }, (node) =>
          node
            .resolved('prompt', 'Say ${topic}', 'Say tea')
            .call({ prompt: 'Say tea', response: 'Tea!', options: { temperature: 0 } })
            .changed(add(['draft'], {}), add(['draft', 'response'], 'Tea!')),
        )
        .warned('RECOVERED', 'it goes on')
        .node(
          'write',
          { type: 'write-file', ms: 4, fails: { name: 'Error', message: 'disk full', code: 'ENOSPC' } },
          (node) => node.retried(),
        ),
    )
    .ended('failed', 30);
  const usage = { input_tokens: 1000, output_tokens: 500 };
  const after = { topic: 'tea', draft: { response: 'Tea!' } };
  const expected: Trace = {
    format_version: '1.0.0',
    execution_id: '0199f3a0-1c2d-7e3f-8a4b-000000000001',
    workflow_name: 'example',
    start_time: '2026-11-22T09:30:00.000Z',
    end_time: '2026-11-22T09:30:00.024Z',
    duration_ms: 30,
    final_status: 'failed',
    nodes_executed: 2,
    nodes_failed: 1,
    snapshots: 'whole',
    nodes: [
      {
        node_id: 'draft',
        node_type: 'llm',
        duration_ms: 20,
        success: true,
        shared_before: { topic: 'tea' },
        shared_after: after,
        mutations: { added: ['draft', 'draft.response'], removed: [], modified: [] },
        timestamp: '2026-11-22T09:30:00.020Z',
        params: { prompt: 'Say tea' },
        template_resolutions: [{ param: 'prompt', template: 'Say ${topic}', value: 'Say tea' }],
        llm_calls: [
          {
            call: 1,
            model: SONNET,
            prompt: 'Say tea',
            options: { temperature: 0 },
            response: 'Tea!',
            usage,
            duration_ms: 5,
            cost_usd: 0.0105,
          },
        ],
        llm_call: { model: SONNET, ...usage },
      },
      {
        node_id: 'write',
        node_type: 'write-file',
        duration_ms: 4,
        success: false,
        shared_before: after,
        shared_after: after,
        mutations: { added: [], removed: [], modified: [] },
        timestamp: '2026-11-22T09:30:00.024Z',
        params: {},
        template_resolutions: [],
        llm_calls: [],
        error: 'disk full',
        error_code: 'ENOSPC',
        attempts: 2,
        retried_because: ['not now'],
      },
    ],
    llm_summary: {
      total_calls: 1,
      failed_calls: 0,
      reused_calls: 0,
      total_tokens: 1500,
      total_cost_usd: 0.0105,
      exact: true,
      doubts: [],
      models_used: [SONNET],
    },
    warnings: [{ code: 'RECOVERED', message: 'it goes on' }],
  };
  expect(JSON.stringify(traceOf(run), null, 2)).toBe(JSON.stringify(expected, null, 2));
});

describe('before and after', () => {
  test('a change deep inside a value is shown, and the snapshot before keeps the old value', () => {
    const run = buildRun()
      .started()
      .changed(add(['list'], [{ n: 1 }, { n: 2 }]))
      .workflow(['a'], (inside) =>
        inside.node('a', {}, (node) => node.changed({ op: 'replace', path: ['list', 1, 'n'], value: 9 })),
      )
      .ended('success');
    const [node] = traceOf(run).nodes;
    expect(node?.shared_before).toEqual({ list: [{ n: 1 }, { n: 2 }] });
    expect(node?.shared_after).toEqual({ list: [{ n: 1 }, { n: 9 }] });
    expect(node?.mutations).toEqual({ added: [], removed: [], modified: ['list'] });
  });

  test('the snapshot of the first node does not have changes of a later one', () => {
    const calls = (number: number): StorePatch => add(['__llm_calls__', number], { number });
    const run = buildRun()
      .started()
      .changed(add(['__llm_calls__'], []), add(['__secret__'], 'hidden'))
      .workflow(['a', 'b'], (inside) =>
        inside
          .node('a', {}, (node) => node.changed(calls(0)))
          .node('b', {}, (node) => node.changed(calls(1))),
      )
      .ended('success');
    const [first] = traceOf(run).nodes;
    expect([first?.shared_before, first?.shared_after]).toEqual([
      { __llm_calls__: [] },
      { __llm_calls__: [{ number: 0 }] },
    ]);
  });

  test('concurrent changes of other nodes are in the snapshot after, and not in the mutations', () => {
    const run = buildRun()
      .started()
      .workflow(['batch'], (inside) =>
        inside.node('batch', { item: 0 }, (node) =>
          node
            .changed(add(['first'], 0))
            .node('batch', { item: 1 }, (other) => other.changed(add(['second'], 1))),
        ),
      )
      .ended('success');
    const [first, second] = traceOf(run).nodes;
    expect(first).toMatchObject({
      shared_before: {},
      shared_after: { first: 0, second: 1 },
      mutations: { added: ['first'], removed: [], modified: [] },
    });
    expect(second).toMatchObject({ shared_before: { first: 0 }, shared_after: { first: 0, second: 1 } });
  });

  test("keys of the node's own namespace are listed beside the top-level key, other nested keys are not", () => {
    const run = buildRun()
      .started()
      .changed(add(['other'], { x: 1, y: 1 }))
      .workflow(['a'], (inside) =>
        inside
          .node('a', {}, (node) => node.changed(add(['a'], {}), add(['a', 'one'], 1), add(['a', 'two'], 2)))
          .node('a', { visit: 2 }, (node) =>
            node.changed(
              { op: 'replace', path: ['a', 'one'], value: 11 },
              { op: 'remove', path: ['a', 'two'] },
              { op: 'replace', path: ['other', 'x'], value: 2 },
              { op: 'remove', path: ['other', 'y'] },
              add(['a', 'fleeting'], 1),
              { op: 'remove', path: ['a', 'fleeting'] },
            ),
          ),
      )
      .ended('success');
    const [first, second] = traceOf(run).nodes;
    expect(first?.mutations).toEqual({ added: ['a', 'a.one', 'a.two'], removed: [], modified: [] });
    expect(second?.mutations).toEqual({ added: [], removed: ['a.two'], modified: ['a', 'a.one', 'other'] });
    expect(second?.visit).toBe(2);
  });
});

test('a key that a node adds and changes again is added, and one that it adds and removes is nothing', () => {
  const run = buildRun()
    .started()
    .workflow(['a'], (inside) =>
      inside.node('a', {}, (node) =>
        node.changed(
          add(['kept'], 1),
          { op: 'replace', path: ['kept'], value: 2 },
          add(['gone'], 1),
          { op: 'replace', path: ['gone'], value: 2 },
          { op: 'remove', path: ['gone'] },
        ),
      ),
    )
    .ended('success');
  expect(traceOf(run).nodes[0]?.mutations).toEqual({ added: ['kept'], removed: [], modified: [] });
});

test('strings longer than --max-chars are truncated at every depth, in prompts and answers, too', () => {
  const long = 'x'.repeat(1_001);
  const run = buildRun()
    .started()
    .workflow(['a'], (inside) =>
      inside.node('a', {}, (node) =>
        node
          .resolved('prompt', long, [long])
          .call({ prompt: long, system: long, response: { text: long } })
          .changed(add(['a'], { deep: [{ text: long, bytes: '<binary data: 5 bytes>' }] })),
      ),
    )
    .ended('success');
  const cut = `${'x'.repeat(1_000)}... [truncated]`;
  const [node] = traceOf(run).nodes;
  expect(node?.shared_after).toEqual({ a: { deep: [{ text: cut, bytes: '<binary data: 5 bytes>' }] } });
  expect(node?.template_resolutions).toEqual([{ param: 'prompt', template: cut, value: [cut] }]);
  expect(node?.llm_calls[0]).toMatchObject({ prompt: cut, system: cut, response: { text: cut } });
  const [whole] = traceOf(run, { maxChars: 2_000 }).nodes;
  expect(whole?.template_resolutions[0]?.template).toBe(long);
});

test('a failed call has its error, an unknown model is estimated, and a reused answer costs nothing', () => {
  const run = buildRun()
    .started()
    .workflow(['a'], (inside) =>
      inside.node('a', {}, (node) =>
        node
          .call({ fails: 'overloaded' })
          .call({ model: UNKNOWN })
          .call({ reused: { run: 'r', seq: 3 } }),
      ),
    )
    .ended('success');
  const document = traceOf(run);
  expect(
    document.nodes[0]?.llm_calls.map(({ cost_usd, error, estimated, reused }) => ({
      cost_usd,
      error,
      estimated,
      reused,
    })),
  ).toEqual([
    { cost_usd: null, error: 'overloaded', estimated: undefined, reused: undefined },
    { cost_usd: 0.0105, error: undefined, estimated: true, reused: undefined },
    { cost_usd: 0, error: undefined, estimated: undefined, reused: { run: 'r', seq: 3 } },
  ]);
  expect(document.llm_summary).toMatchObject({
    total_calls: 3,
    failed_calls: 1,
    reused_calls: 1,
    total_cost_usd: 0.0105,
  });
});

test('a node that was cut off has failed and lasts until the last event', () => {
  const run = buildRun()
    .started()
    .workflow(
      ['a'],
      (inside) => inside.after(5).node('a', { hangs: true }, (node) => node.after(7).call()),
      null,
    );
  const document = traceOf(run);
  expect([document.final_status, document.duration_ms]).toEqual(['incomplete', 12]);
  expect(document.nodes[0]).toMatchObject({
    success: false,
    duration_ms: 7,
    error: 'the run ended before this node did',
  });
});

test('batch items are separate nodes, and planner nodes are left out', () => {
  const run = buildRun()
    .started()
    .planner((inside) => inside.node('generate', {}, (node) => node.call()))
    .workflow(['batch'], (inside) =>
      inside.node('batch', {}, (batch) =>
        batch.node('batch', { item: 0 }).node('batch', { item: 1, fails: 'no' }),
      ),
    )
    .ended('success');
  const document = traceOf(run);
  expect(document.nodes.map(({ node_id, item, success }) => ({ node_id, item, success }))).toEqual([
    { node_id: 'batch', item: undefined, success: true },
    { node_id: 'batch', item: 0, success: true },
    { node_id: 'batch', item: 1, success: false },
  ]);
  expect(document.llm_summary.total_calls).toBe(0);
});

test('above the limit snapshots have only the keys that a node changed, and are marked so', () => {
  const run = buildRun()
    .started()
    .changed(add(['topic'], 'tea'), add(['list'], ['first']))
    .workflow(['a', 'b'], (inside) =>
      inside
        .node('a', {}, (node) => node.changed(add(['a'], {}), add(['a', 'one'], 1), add(['a', 'two'], 2)))
        .node('b', {}, (node) =>
          node.changed({ op: 'replace', path: ['a', 'one'], value: 11 }, add(['list', 1], 'second'), {
            op: 'remove',
            path: ['topic'],
          }),
        ),
    )
    .ended('success');
  const document = traceOf(run, { maxWholeBytes: 100 });
  expect(document.snapshots).toBe('touched');
  expect(document.nodes.map(({ shared_before, shared_after }) => [shared_before, shared_after])).toEqual([
    [{}, { a: { one: 1, two: 2 } }],
    [
      { a: { one: 1 }, list: [], topic: 'tea' },
      { a: { one: 11 }, list: ['second'] },
    ],
  ]);
  expect(traceOf(run).snapshots).toBe('whole');
});

test('params are all those of the file, with templates resolved; inputs have their origins', () => {
  const ir = { nodes: [{ id: 'ask', params: { model: 'm', prompt: 'Say ${topic}' } }] };
  const run = buildRun()
    .started({ ir, inputs: { topic: 'tea' }, input_origins: { topic: 'environment' } })
    .workflow(['ask'], (inside) =>
      inside.node('ask', {}, (node) => node.resolved('prompt', 'Say ${topic}', 'Say tea')),
    )
    .ended('success');
  expect(traceOf(run)).toMatchObject({
    nodes_executed: 1,
    nodes_failed: 0,
    inputs: { topic: 'tea' },
    input_origins: { topic: 'environment' },
    nodes: [{ params: { model: 'm', prompt: 'Say tea' } }],
  });
});
