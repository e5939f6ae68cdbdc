// Invariant: for any two values, applying the patches of their difference to the first one gives the second one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyStorePatch } from '../../projections/store/patches.ts';
import { diff } from '../../src/wrappers/diff.ts';

const json = fc.jsonValue({ maxDepth: 4 });
const root = fc.dictionary(fc.string({ maxLength: 4 }), json, { maxKeys: 6 });

test('patches of a difference turn the first value into the second', () => {
  fc.assert(
    fc.property(root, root, (before, after) => {
      const store = new Map<string, unknown>([['store', before]]);
      for (const patch of diff(before, after, ['store'])) expect(applyStorePatch(store, patch)).toBeDefined();
      expect(store.get('store')).toEqual(after);
    }),
  );
});

test('equal values have no difference', () => {
  fc.assert(
    fc.property(root, (value) => {
      expect(diff(value, structuredClone(value), [])).toEqual([]);
    }),
  );
});

test('a list that grew by one is one addition', () => {
  expect(diff({ list: [1, 2] }, { list: [1, 2, 3] }, ['a'])).toEqual([
    { op: 'add', path: ['a', 'list', 2], value: 3 },
  ]);
});

test('a list that lost its end is shortened from the end', () => {
  expect(diff([1, 2, 3], [1], ['a'])).toEqual([
    { op: 'remove', path: ['a', 2] },
    { op: 'remove', path: ['a', 1] },
  ]);
});

test('a container that changed in more than 64 places is written whole', () => {
  const before = Array.from({ length: 500 }, (_, index) => index);
  const after = before.map((value) => value + 1);
  expect(diff(before, after, ['a'])).toEqual([{ op: 'replace', path: ['a'], value: after }]);
});
