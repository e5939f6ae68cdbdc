import { freeze } from 'immer';
import { describe, expect, test } from 'vitest';
import { project, projectRuns } from '../../../projections/fold.ts';
import { store } from '../../../projections/store/projection.ts';
import type { StoreResult } from '../../../projections/store/schema.ts';
import type { StorePatch } from '../../../src/events/content-events.ts';
import { buildRun, runId } from '../../support/run-builder.ts';

function storeAfter(...patches: StorePatch[]): StoreResult {
  return project(
    store,
    buildRun()
      .started()
      .changed(...patches).events,
  );
}

const parsed = (text: string): unknown => JSON.parse(text);

test('patches build the store: inputs, namespaces, nested values, lists, removals', () => {
  const result = storeAfter(
    { op: 'add', path: ['topic'], value: 'tea' },
    { op: 'add', path: ['a'], value: {} },
    { op: 'add', path: ['a', 'rows'], value: [{ n: 1 }, { n: 2 }, { n: 3 }] },
    { op: 'replace', path: ['a', 'rows', 1, 'n'], value: 20 },
    { op: 'remove', path: ['a', 'rows', 2] },
    { op: 'add', path: ['a', 'rows', 0], value: { n: 0 } },
    { op: 'add', path: ['a', 'gone'], value: true },
    { op: 'remove', path: ['a', 'gone'] },
    { op: 'remove', path: ['topic'] },
  );
  expect(result).toStrictEqual({ store: { a: { rows: [{ n: 0 }, { n: 1 }, { n: 20 }] } } });
});

test('patches that do not fit are skipped and counted, and the others are applied', () => {
  const result = storeAfter(
    { op: 'add', path: ['a'], value: { rows: [1], text: 't' } },
    { op: 'add', path: ['missing', 'key'], value: 1 },
    { op: 'replace', path: ['a', 'text', 'deeper'], value: 1 },
    { op: 'add', path: ['a', 'rows', 7], value: 1 },
    { op: 'replace', path: ['a', 'rows', 'length'], value: 4_000_000_000 },
    { op: 'replace', path: ['a', 'rows', ''], value: 1 },
    { op: 'remove', path: ['a', 'nothing'] },
    { op: 'remove', path: ['nothing'] },
    { op: 'add', path: [], value: {} },
    { op: 'add', path: ['b'], value: 2 },
  );
  expect(result).toStrictEqual({ store: { a: { rows: [1], text: 't' }, b: 2 }, skipped_patches: 8 });
});

describe('hostile keys are ordinary keys', () => {
  const cases: readonly (readonly [string, StorePatch[], string])[] = [
    ['at the root', [{ op: 'add', path: ['__proto__'], value: { x: 1 } }], '{"__proto__":{"x":1}}'],
    [
      'below a namespace with that name',
      [
        { op: 'add', path: ['__proto__'], value: {} },
        { op: 'add', path: ['__proto__', 'polluted'], value: true },
      ],
      '{"__proto__":{"polluted":true}}',
    ],
    [
      'as the last step of a path',
      [
        { op: 'add', path: ['a'], value: {} },
        { op: 'add', path: ['a', '__proto__'], value: { polluted: true } },
      ],
      '{"a":{"__proto__":{"polluted":true}}}',
    ],
    [
      'inside a value and later along a path',
      [
        { op: 'add', path: ['a'], value: { list: [0] } },
        { op: 'replace', path: ['a', 'list', 0], value: parsed('{"__proto__":{"constructor":{}}}') },
        { op: 'add', path: ['a', 'list', 0, '__proto__', 'constructor', 'polluted'], value: true },
        { op: 'add', path: ['a', 'list', 0, '__proto__', 'list'], value: [1, 2] },
        { op: 'remove', path: ['a', 'list', 0, '__proto__', 'list', 0] },
      ],
      '{"a":{"list":[{"__proto__":{"constructor":{"polluted":true},"list":[2]}}]}}',
    ],
  ];

  test.each(cases)('%s', (_where, patches, expected) => {
    const result = storeAfter(...patches);
    expect(JSON.stringify(result)).toBe(`{"store":${expected}}`);
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });
});

test('a value nested too deeply for the stack does not throw', () => {
  let deep: unknown = 1;
  // Frozen from the inside out, as a log freezes values.
  for (let level = 0; level < 100_000; level += 1) deep = freeze({ deep });
  const event = {
    ...{ type: 'store.changed' as const, seq: 1, run: runId(1), at: '2026-11-22T09:30:00.000Z', ms: 0 },
    data: { patches: [{ op: 'add' as const, path: ['a', 'b'], value: deep }] },
  };
  const [start] = buildRun().changed({ op: 'add', path: ['a'], value: {} }).events;
  expect(project(store, start === undefined ? [] : [start, event])).toStrictEqual({
    store: { a: {} },
    skipped_patches: 1,
  });
});

test('planner and workflow have separate stores, and so has every run', () => {
  const add = (value: number): StorePatch => ({ op: 'add', path: ['x'], value });
  const one = buildRun(runId(1))
    .started()
    .changed(add(1))
    .planner((run) => run.node('p', {}, (node) => node.changed(add(9))));
  const two = buildRun(runId(2)).started().changed(add(2));
  expect([...projectRuns(store, [...one.events, ...two.events])]).toEqual([
    [runId(1), { store: { x: 1 } }],
    [runId(2), { store: { x: 2 } }],
  ]);
});
