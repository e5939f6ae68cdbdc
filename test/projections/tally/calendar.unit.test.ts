import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayIn, monthOf, UTC, weekOf } from '../../../projections/tally/calendar.ts';

const ahead = (hours: number) => ({ name: 'test', offsetAt: () => hours * 3_600_000 });

describe('the day of an instant', () => {
  test.each([
    ['2026-11-22T00:00:00.000Z', 0, '2026-11-22'],
    ['2026-11-22T23:59:59.999Z', 0, '2026-11-22'],
    ['2026-11-22T23:59:59.999Z', 1, '2026-11-23'],
    ['2026-11-22T00:29:59.999Z', -0.5, '2026-11-21'],
    ['2026-11-22T00:30:00.000Z', -0.5, '2026-11-22'],
    ['2024-02-28T18:30:00.000Z', 5.5, '2024-02-29'],
    ['2025-12-31T23:00:00Z', 1, '2026-01-01'],
    ['2026-11-22', 0, '2026-11-22'],
  ])('%s, %d hours ahead of UTC, is in %s', (at, hours, day) => {
    expect(dayIn(ahead(hours), at)).toBe(day);
  });

  test.each([
    '',
    'yesterday',
    '2026-02-29T00:00:00.000Z',
    '2026-11-22T24:00:00.000Z',
    '0000-12-31T23:59:59.999Z',
  ])('"%s" has no day', (at) => {
    expect(dayIn(UTC, at)).toBeNull();
  });

  test('an instant beyond the year 9999 has no day', () => {
    expect(dayIn(ahead(1), '9999-12-31T22:59:59.999Z')).toBe('9999-12-31');
    expect(dayIn(ahead(1), '9999-12-31T23:00:00.000Z')).toBeNull();
    expect(dayIn(ahead(-1), '0001-01-01T00:59:59.999Z')).toBeNull();
  });
});

describe('the ISO week of a day', () => {
  test.each([
    ['2026-01-01', '2026-W01'],
    ['2025-12-29', '2026-W01'],
    ['2025-12-28', '2025-W52'],
    ['2026-12-31', '2026-W53'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2021-01-03', '2020-W53'],
    ['2024-12-30', '2025-W01'],
    ['2026-11-22', '2026-W47'],
    ['2026-11-23', '2026-W48'],
    ['1969-12-29', '1970-W01'],
    ['0001-01-01', '0001-W01'],
    ['9999-12-31', '9999-W52'],
  ])('%s is in %s', (day, week) => {
    expect(weekOf(day)).toBe(week);
  });

  test('begins on Monday and is the same until Sunday', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (number) => {
        const dayAt = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);
        const sinceMonday = (new Date(number * 86_400_000).getUTCDay() + 6) % 7;
        const monday = number - sinceMonday;
        expect(weekOf(dayAt(number))).toBe(weekOf(dayAt(monday)));
        expect(weekOf(dayAt(monday))).toBe(weekOf(dayAt(monday + 6)));
        expect(weekOf(dayAt(monday - 1)) < weekOf(dayAt(monday))).toBe(true);
        expect(weekOf(dayAt(monday)).slice(0, 4)).toBe(dayAt(monday + 3).slice(0, 4));
      }),
      { numRuns: 300 },
    );
  });
});

test('the month of a day', () => {
  expect(monthOf('2026-11-22')).toBe('2026-11');
});
