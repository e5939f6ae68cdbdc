// Invariant: inference is lossless. An inferred value can be converted back to the given text, and JSON values keep
// their value.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coerceValue } from '../../src/workflow/coerce-value.ts';
import { inferValue } from '../../src/workflow/infer-value.ts';

const texts = fc.oneof(
  fc.string(),
  fc.double().map(String),
  fc.maxSafeInteger().map(String),
  fc.bigInt().map(String),
  fc.string({ unit: fc.constantFrom('0', '1', '.', '-', 'e', '+') }),
);

it('an inferred scalar converts back to its text for a declared string', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const inferred = inferValue(text);
      fc.pre(typeof inferred !== 'object');
      expect(coerceValue(inferred, 'string')).toBe(text);
    }),
    { numRuns: 300 },
  );
});

it('a number is inferred from its text', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(coerceValue(String(number), 'number')).toBe(number === 0 ? 0 : number);
    }),
  );
});

it('a JSON object or array is inferred from its text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
      const text = JSON.stringify(value);
      const expected: unknown = JSON.parse(text);
      expect(inferValue(text)).toEqual(expected);
      expect(coerceValue(text, Array.isArray(value) ? 'array' : 'object')).toEqual(expected);
    }),
  );
});
