// Invariant: the patches of a recorded store, applied one after another by the store projection, rebuild the store as
// the log has it, for any writes, deletions and changes in place of the touched keys.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyStorePatch } from '../../projections/store/patches.ts';
import type { SharedStore } from '../../src/flow/context.ts';
import { RecordedStore, type TouchedPath } from '../../src/wrappers/recorded-store.ts';

const key = fc.constantFrom('a', 'b', 'c', 'n1', 'n2', '__sys__');
const value = fc.jsonValue({ maxDepth: 3 });
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value }),
  fc.record({ kind: fc.constant('inner' as const), key, inner: key, value }),
  fc.record({ kind: fc.constant('inPlace' as const), key, inner: key, value }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({ kind: fc.constant('deleteInner' as const), key, inner: key }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(root: SharedStore, one: Change): TouchedPath {
  const holder = root[one.key];
  const isHolder = typeof holder === 'object' && holder !== null && !Array.isArray(holder);
  switch (one.kind) {
    case 'set':
      root[one.key] = structuredClone(one.value);
      return [one.key];
    case 'delete':
      Reflect.deleteProperty(root, one.key);
      return [one.key];
    case 'inner':
      if (!isHolder) return [one.key];
      (holder as SharedStore)[one.inner] = structuredClone(one.value);
      return [one.key, one.inner];
    case 'inPlace':
      if (!isHolder) return [one.key];
      (holder as SharedStore)[one.inner] = structuredClone(one.value);
      return [one.key];
    case 'deleteInner':
      if (!isHolder) return [one.key];
      Reflect.deleteProperty(holder, one.inner);
      return [one.key, one.inner];
  }
}

/** JSON has only one zero, and so has the log. */
const toRecorded = (raw: unknown): unknown => JSON.parse(JSON.stringify(raw ?? null));

test('patches of a recorded store rebuild the store', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value), fc.array(fc.array(change, { maxLength: 5 })), (start, nodes) => {
      const root: SharedStore = { ...start };
      const store = new RecordedStore(root, toRecorded);
      const rebuilt = new Map<string, unknown>();
      const replay = (patches: ReturnType<RecordedStore['changes']>): void => {
        for (const patch of patches) expect(applyStorePatch(rebuilt, patch)).toBeDefined();
      };
      replay(store.initial());
      for (const changes of nodes) {
        const touched = changes.map((one) => apply(root, one));
        replay(store.changes(touched));
        expect(Object.fromEntries(rebuilt)).toEqual(toRecorded(root));
      }
    }),
  );
});

test('a recorded store without touched keys has no changes', () => {
  const store = new RecordedStore({ a: { text: 'x' } }, toRecorded);
  store.initial();
  expect(store.changes([])).toEqual([]);
});

test('a nested change in place is one patch at its path', () => {
  const root: SharedStore = { n: { list: [{ done: false }, { done: false }] } };
  const store = new RecordedStore(root, toRecorded);
  store.initial();
  ((root['n'] as SharedStore)['list'] as { done: boolean }[])[1]!.done = true;
  expect(store.changes([['n', 'list']])).toEqual([
    { op: 'replace', path: ['n', 'list', 1, 'done'], value: true },
  ]);
});
