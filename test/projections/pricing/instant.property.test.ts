// Invariant: `parseInstant` and `Date` agree for every instant of five thousand years.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, isOnDay, parseInstant } from '../../../projections/pricing/instant.ts';

const instant = fc
  .integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(5000, 11, 31) })
  .filter((ms) => ms > Date.UTC(1000, 0, 1));

describe('an instant', () => {
  test('is parsed like `Date` parses it', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const text = new Date(ms).toISOString();
        expect(parseInstant(text)).toBe(ms);
        expect(dayOf(ms)).toBe(text.slice(0, 10));
        expect(parseInstant(text.slice(0, 10))).toBe(Date.parse(text.slice(0, 10)));
      }),
      { numRuns: 500 },
    );
  });

  test('is on its day, and with any character replaced only if it is still an instant of that day', () => {
    const character = fc.constantFrom(...'0123456789-:.TZ +a\u0660'.split(''));
    fc.assert(
      fc.property(instant, fc.nat(23), character, (ms, index, other) => {
        const text = new Date(ms).toISOString();
        const day = text.slice(0, 11);
        const changed = text.slice(0, index) + other + text.slice(index + 1);
        expect(isOnDay(text, day)).toBe(true);
        expect(isOnDay(`${text} `, day)).toBe(false);
        expect(isOnDay(changed, day)).toBe(changed.startsWith(day) && parseInstant(changed) !== null);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['2026-11-22T09:30Z', '2026-11-22T09:30:15Z', '2026-11-22T09:30:15.123Z', '2024-02-29'])(
    '%s',
    (text) => {
      expect(parseInstant(text)).toBe(Date.parse(text));
    },
  );

  test.each([
    '',
    'yesterday',
    '2026-13-01',
    '2026-00-01',
    '2025-02-29',
    '2026-11-22T24:00:00.000Z',
    '2026-11-22T09:60:00.000Z',
    '2026-11-22T09:30:00.000',
    '2026-11-22T09:30:00.000+02:00',
    '2026-11-22T09:30:00.1Z',
    '2026-11-22 09:30:00.000Z',
    '+2026-11-22',
  ])('"%s" is not an instant', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
