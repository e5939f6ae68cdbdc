// Invariant: a result is printed completely at any depth, and as JSON.stringify prints it if that can.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatJson } from '../../../src/cli/terminal/json-text.ts';

const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(undefined, new Date(0), { a: undefined, b: () => 1, '"': '\u2028\ud800' }, [undefined]),
);

/** `value` inside so many lists and objects, one in the other. */
function wrapped(value: unknown, levels: number): unknown {
  let outer = value;
  for (let level = 0; level < levels; level++) {
    outer = level % 2 === 0 ? [outer, level] : { before: level, inner: outer, after: [] };
  }
  return outer;
}

test('a deep value is printed as its inner value with brackets around it', () => {
  const LEVELS = 10_000;
  fc.assert(
    fc.property(leaf, (value) => {
      const text = formatJson(wrapped(value, LEVELS));
      const inner = JSON.stringify(wrapped(value, 2));
      const shallow = JSON.stringify(wrapped('INNER', 2)).split('"INNER"');
      const core = inner.slice(shallow[0]?.length, inner.length - (shallow[1]?.length ?? 0));
      const [before = '', after = ''] = formatJson(wrapped('INNER', LEVELS)).split('"INNER"');
      expect(text).toBe(before + core + after);
    }),
    { numRuns: 8 },
  );
});

test('infinite numbers have the same form as in a log, and a BigInt keeps its digits', () => {
  const value = { a: [Number.NaN, -Infinity], b: JSON.parse('1e400') as number, c: 10n ** 20n };
  const text = '{"a":["NaN","-Infinity"],"b":"Infinity","c":100000000000000000000}';
  expect(formatJson(value)).toBe(text);
  expect(formatJson(wrapped(value, 9_000))).toContain(text);
});

test('a value that is not deep is printed as JSON.stringify prints it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      expect(formatJson(value, indent)).toBe(JSON.stringify(value, undefined, indent));
    }),
  );
});
