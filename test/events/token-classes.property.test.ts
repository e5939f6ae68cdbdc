// Invariant: the counts that are spelled out for speed match the table in `usage-counts.ts`.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf, splitUsage, TOKEN_CLASSES } from '../../src/events/token-classes.ts';
import { usageSchema, type Usage } from '../../src/events/usage.ts';
import { USAGE_COUNTS, type UsageField } from '../../src/events/usage-counts.ts';

const partsOf = (whole: UsageField): UsageField[] =>
  USAGE_COUNTS.filter(({ partOf }) => partOf === whole).map(({ field }) => field);

/** Usages whose parts never exceed their wholes. */
const usage: fc.Arbitrary<Usage> = fc
  .record(Object.fromEntries(USAGE_COUNTS.map(({ field }) => [field, fc.nat(1000)])), { requiredKeys: [] })
  .map((counts: Usage) => {
    const wholes = USAGE_COUNTS.filter(({ partOf }) => partOf === null).map(({ field }) => {
      const parts = partsOf(field).map((part) => counts[part] ?? 0);
      return [field, parts.reduce((sum, count) => sum + count, counts[field] ?? 0)];
    });
    return { ...counts, ...(Object.fromEntries(wholes) as Usage) };
  });

test('every class has one count, and every count except the total has one class', () => {
  const classes = USAGE_COUNTS.flatMap(({ class: name }) => (name === null ? [] : [name]));
  expect(classes.toSorted()).toEqual(TOKEN_CLASSES.toSorted());
  expect(USAGE_COUNTS.filter(({ class: name }) => name === null).map(({ field }) => field)).toEqual([
    'total_tokens',
  ]);
});

test('the schema has every count, the requests and the place', () => {
  const fields = USAGE_COUNTS.map(({ field }) => field);
  expect(Object.keys(usageSchema.shape)).toEqual([...fields, 'requests', 'speed', 'geo', 'tier']);
});

test('each class has its count minus the parts of that count', () => {
  fc.assert(
    fc.property(usage, (counts) => {
      const expected = TOKEN_CLASSES.map((name) => {
        const { field } = USAGE_COUNTS.find((count) => count.class === name) ?? expect.unreachable();
        const parts = partsOf(field).map((part) => counts[part] ?? 0);
        return parts.reduce((rest, count) => rest - count, counts[field] ?? 0);
      });
      expect(splitUsage(counts)).toEqual(expected);
    }),
  );
});

test('parts come after every count that has parts', () => {
  const positions = USAGE_COUNTS.flatMap(({ field, partOf }) =>
    partOf === null ? [] : [[positionOf(partOf), positionOf(field)] as const],
  );
  const lastWhole = Math.max(...positions.map(([whole]) => whole));
  expect(positions.filter(([, part]) => part <= lastWhole)).toEqual([]);
});
