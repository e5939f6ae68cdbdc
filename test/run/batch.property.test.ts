// Tests a node with a batch: its results, its failures, its order and its store, with and without a log.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createSteps } from '../../projections/steps/projection.ts';
import { project } from '../../projections/fold.ts';
import { store as storeProjection } from '../../projections/store/projection.ts';
import type { Level } from '../../src/events/vocabulary.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import type { NodeType } from '../../src/flow/node-type.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { defineNodeType } from '../../src/nodes/define-node-type.ts';
import type { RunContext } from '../../src/nodes/run-context.ts';
import { loadNodeTypes } from '../../src/nodes/registry.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { assertValid } from '../../src/workflow/validate.ts';
import { testPricing } from '../support/test-prices.ts';

interface Machine {
  readonly type: NodeType<RunContext>;
  /** The most items that ran at once. */
  readonly most: () => number;
  readonly started: () => readonly unknown[];
}

/** A node type that doubles a number and fails for negative ones; `ticks` is how long it takes. */
function machine(): Machine {
  let running = 0;
  let most = 0;
  const started: unknown[] = [];
  const type = defineNodeType({
    type: 'double',
    summary: 'doubles a number',
    params: z.strictObject({ value: z.number(), ticks: z.int().default(0) }),
    outputs: z.object({ twice: z.number() }),
    async exec({ value, ticks }, { signal }) {
      started.push(value);
      running += 1;
      most = Math.max(most, running);
      try {
        for (let tick = 0; tick < ticks; tick += 1) {
          signal.throwIfAborted();
          await Promise.resolve();
        }
        if (value < 0) throw new NodeFailure(`${String(value)} is negative`, { code: 'NODE_FAILED' });
        return { twice: 2 * value };
      } finally {
        running -= 1;
      }
    },
  });
  return { type, most: () => most, started: () => started };
}

interface Ran {
  readonly outcome: RunOutcome;
  readonly events: ReturnType<typeof openMemoryLog>['events'];
}

async function run(
  nodes: readonly object[],
  { type, level, edges }: { type?: NodeType<RunContext>; level?: Level; edges?: readonly object[] } = {},
): Promise<Ran> {
  const ir = { nodes, ...(edges === undefined ? {} : { edges }) };
  const registry = new Map(await loadNodeTypes(['echo', 'shell']));
  if (type !== undefined) registry.set('double', type);
  const workflow = assertValid(ir, { registry });
  const log =
    level === undefined
      ? undefined
      : openMemoryLog({ level, host: systemLogHost, redactor: createRedactor(), keep: true });
  const outcome = await runWorkflow({
    workflow,
    ir,
    name: 'batch',
    source: 'file',
    inputs: { values: {}, secrets: [], origins: {} },
    registry,
    models: { answer: () => Promise.reject(new Error('no model')) },
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    host: systemLogHost,
    version: '0',
    ...(log === undefined ? {} : { log }),
  });
  return { outcome, events: log?.events ?? [] };
}

function batchOf(items: unknown, batch: object = {}, params: object = { value: '${item}' }): object {
  return { id: 'work', type: 'double', batch: { items, ...batch }, params };
}

const level = fc.constantFrom<Level | undefined>(undefined, 'metrics', 'trace');

test('under continue, results have the order of the items, null for failed ones, and errors list those', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ value: fc.integer({ min: -3, max: 9 }), ticks: fc.nat(5) }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      level,
      async (items, max_concurrent, parallel, seen) => {
        const { type, most } = machine();
        const node = batchOf(
          items,
          { parallel, max_concurrent, error_handling: 'continue' },
          { value: '${item.value}', ticks: '${item.ticks}' },
        );
        const { outcome, events } = await run([node], {
          type,
          ...(seen === undefined ? {} : { level: seen }),
        });
        const good = items.filter(({ value }) => value >= 0);
        const allFailed = items.length > 0 && good.length === 0;
        expect(outcome.status).toBe(allFailed ? 'failed' : 'success');
        expect(most()).toBeLessThanOrEqual(parallel ? max_concurrent : 1);
        const written = outcome.shared['work'] as Record<string, unknown>;
        const results = items.map((item) => (item.value < 0 ? null : { twice: 2 * item.value, item }));
        const errors = items.flatMap((item, index) =>
          item.value < 0 ? [{ index, item, error: `${String(item.value)} is negative` }] : [],
        );
        expect(written).toMatchObject({
          results,
          successes: results.filter((result) => result !== null),
          count: items.length,
          success_count: good.length,
          error_count: errors.length,
          errors: errors.length === 0 ? null : errors,
        });
        if (seen === 'trace') {
          const { store } = project(storeProjection, events) as { store: Record<string, unknown> };
          expect(store['work']).toEqual(written);
        }
      },
    ),
    { numRuns: 80 },
  );
});

test('fail_fast reports the failed item with the lowest index, starts nothing new and lets no item run on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -2, max: 9 }), { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (items, parallel) => {
        const { type, started } = machine();
        const { outcome } = await run([batchOf(items, { parallel, max_concurrent: 3 })], { type });
        const firstBad = items.findIndex((value) => value < 0);
        if (firstBad === -1) {
          expect(outcome.status).toBe('success');
          return;
        }
        expect(outcome.error?.message).toContain(
          `item ${String(firstBad)}: ${String(items[firstBad])} is negative`,
        );
        expect(outcome.error?.node_id).toBe('work');
        expect(started().length).toBeLessThanOrEqual(firstBad + (parallel ? 3 : 1));
        const { results } = outcome.shared['work'] as { results: unknown[] };
        expect(results).toHaveLength(items.length);
        expect(results.slice(firstBad + 3).every((result) => result === null)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

describe('the log of a batch', () => {
  test('has the whole once and each item once, with its index', async () => {
    const { type } = machine();
    const node = batchOf([1, -1, 2], { error_handling: 'continue' });
    const { events } = await run([node], { type, level: 'trace' });
    const starts = events.filter((event) => event.type === 'node.started').map(({ item }) => item);
    expect(starts).toEqual([undefined, 0, 1, 2]);
    const ends = events.flatMap((event) =>
      event.type === 'node.completed' || event.type === 'node.failed' ? [[event.type, event.item]] : [],
    );
    expect(ends).toEqual([
      ['node.completed', 0],
      ['node.failed', 1],
      ['node.completed', 2],
      ['node.completed', undefined],
    ]);
    const counts = events.flatMap((event) => (event.type === 'batch.started' ? [event.data] : []));
    expect(counts).toEqual([{ items: 3 }]);
    const [step] = project(createSteps({ pricing: testPricing() }), events) as readonly unknown[];
    const error = { name: 'NodeFailure', message: '-1 is negative', code: 'NODE_FAILED' };
    expect(step).toMatchObject({
      node_id: 'work',
      status: 'completed',
      batch: { total: 3, succeeded: 2, failed: 1, errors: [{ index: 1, error }] },
    });
    const warnings = events.flatMap((event) => (event.type === 'warning.raised' ? [event.data] : []));
    const message = 'batch of node "work": 1 of 3 items failed; item 1: -1 is negative';
    expect(warnings).toEqual([{ code: 'BATCH_ITEMS_FAILED', message }]);
  });
});

test('an item that is stopped because of another one is not a failure of its own', async () => {
  const { type } = machine();
  const items = [
    { value: 1, ticks: 30 },
    { value: -1, ticks: 0 },
    { value: 2, ticks: 0 },
  ];
  const node = batchOf(
    items,
    { parallel: true, max_concurrent: 2 },
    { value: '${item.value}', ticks: '${item.ticks}' },
  );
  const { outcome, events } = await run([node], { type, level: 'trace' });
  expect(outcome.shared['work']).toMatchObject({ error_count: 1, errors: [{ index: 1 }] });
  const [step] = project(createSteps({ pricing: testPricing() }), events);
  expect(step?.batch).toMatchObject({ total: 3, succeeded: 0, failed: 1, errors: [{ index: 1 }] });
  const stopped = events.flatMap((event) =>
    event.type === 'node.failed' && event.item === 0 ? [event.data.error] : [],
  );
  const message = 'another item of the batch failed';
  expect(stopped).toEqual([{ name: 'AbortError', message, code: 'ITEM_STOPPED' }]);
});

test('a failed batch leaves by its error edge', async () => {
  const { type } = machine();
  const { outcome } = await run(
    [
      batchOf([-1]),
      { id: 'rescue', type: 'echo', params: { message: '${work.error}, ${work.error_count}' } },
    ],
    { type, edges: [{ from: 'work', to: 'rescue', action: 'error' }] },
  );
  expect(outcome.status).toBe('success');
  expect(outcome.shared['rescue']).toMatchObject({ echo: 'item 0: -1 is negative, 1' });
});

describe('items', () => {
  test.each([
    ['a list', [1, 2]],
    ['JSON text of a list', '[1, 2]'],
    ['a fenced block of JSON', '```json\n[1, 2]\n```'],
    ['a template for a list', '${list.data}'],
    ['a template for JSON text', '${list.echo}'],
  ])('from %s', async (_name, items) => {
    const { type } = machine();
    const list = { id: 'list', type: 'echo', params: { message: '[1,2]', data: [1, 2] } };
    const { outcome } = await run([list, batchOf(items)], { type });
    expect(outcome.shared['work']).toMatchObject({
      results: [
        { twice: 2, item: 1 },
        { twice: 4, item: 2 },
      ],
    });
  });

  test('that are not a list fail with the type, the template and the stderr of the command', async () => {
    const { type } = machine();
    const command = { id: 'list', type: 'shell', params: { command: 'echo no such table >&2; echo 3 rows' } };
    const { outcome } = await run([command, batchOf('${list.stdout}')], { type });
    expect(outcome.error).toMatchObject({
      code: 'NODE_PARAMS_INVALID',
      message: 'batch.items of node "work" (${list.stdout}) is a text that is not a JSON list',
      details: ['"list" wrote to stderr: no such table'],
      hint: String.raw`Lines become a list in a code node: "code": "return inputs.text.split('\\n').filter(Boolean);".`,
    });
  });

  test('without an item the batch succeeds with a warning', async () => {
    const { type } = machine();
    const { outcome } = await run([batchOf([])], { type });
    expect(outcome).toMatchObject({
      status: 'success',
      warnings: [{ code: 'BATCH_EMPTY', node_id: 'work' }],
    });
    expect(outcome.shared['work']).toMatchObject({ count: 0, results: [], errors: null });
  });

  test('are available to the templates of each param, with their index, also inside a path', async () => {
    const { outcome } = await run([
      { id: 'a', type: 'echo', batch: { items: ['x', 'y'] }, params: { message: '${item}${__index__}' } },
      {
        id: 'b',
        type: 'echo',
        batch: { items: [1, 0], as: 'which' },
        params: { message: '${a.results[${which}].echo}', data: { at: '${__index__}', all: ['${which}'] } },
      },
    ]);
    expect(outcome.shared['b']).toMatchObject({
      results: [
        { echo: 'y1', data: { at: 0, all: [1] } },
        { echo: 'x0', data: { at: 1, all: [0] } },
      ],
    });
  });
});
