// Invariant: a fault is found exactly in the texts that JSON.parse refuses, inside the text or at its end.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findJsonFault } from '../../src/values/json-fault.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const json = fc.json({ maxDepth: 3 });
const alphabet = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  'u',
  '0',
  '1',
  '-',
  '.',
  'e',
  'a',
  ' ',
  '\n',
  '/',
  'true',
);
const damaged = fc
  .tuple(json, fc.nat(), fc.nat({ max: 2 }), alphabet)
  .map(
    ([text, at, cut, put]) =>
      text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut),
  );

it('a fault is found exactly in texts that JSON.parse refuses', () => {
  fc.assert(
    fc.property(fc.oneof(json, damaged, fc.string({ unit: alphabet })), (text) => {
      const fault = findJsonFault(text);
      expect(fault === undefined).toBe(isJson(text));
      if (fault === undefined) return;
      expect(fault.position).toBeGreaterThanOrEqual(0);
      expect(fault.position).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 1_000 },
  );
});

it('a fault is found below nesting deeper than the stack', () => {
  expect(findJsonFault('['.repeat(200_000))).toEqual({
    position: 200_000,
    message: 'it ends before its "]"',
  });
});

it('marks a word that is cut, so that the start of a secret is recognised', () => {
  expect(findJsonFault(`{"a": ${'x'.repeat(50)}}`)?.message).toContain(`"${'x'.repeat(40)}…" is not`);
  expect(findJsonFault(`{"a": ${'x'.repeat(40)}}`)?.message).toContain(`"${'x'.repeat(40)}" is not`);
});
