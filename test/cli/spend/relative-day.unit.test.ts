// Relative days of `pflow spend --since` are those of the time zone.
import { expect, test } from 'vitest';
import { readDay } from '../../../src/cli/spend/relative-day.ts';

const NIGHT = Date.parse('2026-03-01T23:30:00Z');

test.each([
  ['2026-02-30', 'UTC', '2026-02-30'],
  ['today', 'UTC', '2026-03-01'],
  ['today', 'Europe/Berlin', '2026-03-02'],
  ['yesterday', 'UTC', '2026-02-28'],
  ['yesterday', 'Asia/Kolkata', '2026-03-01'],
  ['0d', 'UTC', '2026-03-01'],
  ['7d', 'UTC', '2026-02-22'],
  ['2w', 'Europe/Berlin', '2026-02-16'],
])('%s in %s is %s', (text, zone, day) => {
  expect(readDay('--since', text, zone, NIGHT)).toBe(day);
});

test.each(['24h', '3x', 'tomorrow', '', '26-01-01'])('"%s" is refused with examples', (text) => {
  expect(() => readDay('--until', text, 'UTC', NIGHT)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: `--until takes a day, not ${text}`,
      hint: 'For example 2026-11-01, 7d, today or yesterday.',
    }),
  );
});

test('an unknown zone is refused', () => {
  expect(() => readDay('--since', 'today', 'Mars', NIGHT)).toThrow('there is no time zone "Mars"');
});
