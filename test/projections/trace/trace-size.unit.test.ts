import { expect, test } from 'vitest';
import { createDisplayFilter } from '../../../projections/trace/display-filter.ts';
import { fold, project } from '../../../projections/fold.ts';
import { keyChanges } from '../../../projections/trace/mutations.ts';
import { printedBytes } from '../../../projections/trace/printed-bytes.ts';
import { snapshotsOf, type JournalRange } from '../../../projections/trace/snapshots.ts';
import type { StoreChange } from '../../../projections/store/patches.ts';
import { createTrace } from '../../../projections/trace/projection.ts';
import type { Trace } from '../../../projections/trace/schema.ts';
import { buildRun } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

const trace = createTrace({ pricing: testPricing() });
const TEXT = 'e'.repeat(200);

/** Builds `count` echo nodes with 200 characters each. One of them has a call that is counted in the store. */
function echoTrace(count: number): Trace {
  const ids = Array.from({ length: count }, (_, index) => `echo-${String(index)}`);
  const run = buildRun()
    .started()
    .changed({ op: 'add', path: ['__llm_calls__'], value: [] });
  run.workflow(ids, () => {
    for (const [index, id] of ids.entries()) {
      run.node(id, {}, (node) =>
        node
          .resolved('message', '${before}', TEXT)
          .changed(
            { op: 'add', path: [id], value: {} },
            { op: 'add', path: [id, 'echo'], value: TEXT },
            { op: 'add', path: [id, 'data'], value: TEXT },
            { op: 'add', path: ['__llm_calls__', index], value: { node_id: id } },
          ),
      );
    }
  });
  return project(trace, run.ended('success').events);
}

function fileSize(document: Trace): number {
  return JSON.stringify(document, null, 2).length;
}

test('whole snapshots are limited to 10 MB', () => {
  const small = echoTrace(60);
  const large = echoTrace(300);
  expect([small.snapshots, large.snapshots]).toEqual(['whole', 'touched']);
  expect(fileSize(small)).toBeLessThan(10_000_000);
  expect(fileSize(large)).toBeLessThan(1_000_000);
});

test('the size of touched snapshots is linear in the nodes', () => {
  const growth = fileSize(echoTrace(1_200)) / fileSize(echoTrace(300));
  expect(growth).toBeGreaterThan(3.9);
  expect(growth).toBeLessThan(4.2);
});

test('the limited size is the printed size', () => {
  const value = { text: 'a\nü\u2028😀', list: [1, { deep: [] }], none: {} };
  expect(printedBytes(value, 0)).toBe(Buffer.byteLength(JSON.stringify(value, null, 2)));
  const nested = Buffer.byteLength(JSON.stringify([[value]], null, 2));
  const frame = Buffer.byteLength(JSON.stringify([[0]], null, 2)) - 1;
  expect(printedBytes(value, 2)).toBe(nested - frame);
});

/** Counts the reads of changes and values for `count` nodes that each add a key. */
function workFor(count: number, budget: number): number {
  let work = 0;
  const changes = Array.from({ length: count }, (_, index): StoreChange => {
    const key = `k${String(index)}`;
    const patch = { op: 'add' as const, path: [key], value: TEXT };
    return { patch, key, child: null, inList: false, before: undefined, after: TEXT };
  });
  const journal = new Proxy(changes, {
    get(target, name, receiver) {
      work += 1;
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  const moments = changes.map((change, index): JournalRange => ({
    before: index,
    after: index + 1,
    changes: keyChanges([change]),
  }));
  const cut = createDisplayFilter();
  const filter = (value: unknown): unknown => {
    work += 1;
    return cut(value);
  };
  snapshotsOf(journal, moments, { filter, budget });
  return work;
}

test('the work for touched snapshots is linear in the nodes', () => {
  const [one, ten] = [workFor(1_000, 100_000), workFor(10_000, 100_000)];
  expect(ten / one).toBeLessThan(10.5);
});

test('a list that grows with every node is stored once', () => {
  const run = buildRun().changed({ op: 'add', path: ['__llm_calls__'], value: [] });
  for (let index = 0; index < 200; index += 1) {
    run.node('a', {}, (node) =>
      node.changed({ op: 'add', path: ['__llm_calls__', index], value: { index } }),
    );
  }
  const elements = fold(trace, run.events).journal.map(({ before, after }) => [before, after].flat().length);
  expect(Math.max(...elements)).toBeLessThanOrEqual(2);
});
