// Invariant: equal JSON values have the same canonical text, and it parses back to the value.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../src/values/canonical-json.ts';

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, shuffled(inner)]),
  );
}

it('the order of keys does not change the text, and every value survives', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(canonicalJson(shuffled(plain))).toBe(canonicalJson(plain));
      expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
    }),
  );
});

it('the order of items changes the text, and the text has no spaces', () => {
  expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'x y' } })).toBe('{"a":{"c":"x y","d":null},"b":[2,1]}');
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

it('a key named __proto__ is kept', () => {
  expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}');
});
