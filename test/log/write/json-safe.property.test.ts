// Invariant: the copy of any value is frozen JSON, shares nothing with the value, and leaves it as it was.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JsonSafeCopier } from '../../../src/log/write/json-safe.ts';
import type { TextRules } from '../../../src/log/write/json-safe.ts';

const AS_IT_IS: TextRules = {
  redact: (text) => text,
  redactNamed: (_name, text) => text,
  redactKey: (key) => key,
  redactNumber: (value) => value,
  version: 0,
};

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  stringUnit: 'binary',
});

function objectsIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

it('a copy is the same after JSON and back, and is frozen at every depth', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const copy = new JsonSafeCopier(AS_IT_IS).copy(value);
      expect(JSON.parse(JSON.stringify(copy))).toStrictEqual(copy);
      expect(objectsIn(copy).every((each) => Object.isFrozen(each))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('copying does not change the value, and the copy shares no part with it', () => {
  fc.assert(
    fc.property(anything, (value) => {
      const before = fc.stringify(value);
      const copy = new JsonSafeCopier(AS_IT_IS).copy(value);
      expect(fc.stringify(value)).toBe(before);
      const originals = new Set(objectsIn(value));
      expect(objectsIn(copy).filter((each) => originals.has(each))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it('the copy of a JSON value is equal to it, and a kept copy is copied to itself', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const copier = new JsonSafeCopier(AS_IT_IS);
      const copy = copier.copy(value);
      expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
      expect(copier.copy(copy)).toStrictEqual(copy);
    }),
    { numRuns: 200 },
  );
});
