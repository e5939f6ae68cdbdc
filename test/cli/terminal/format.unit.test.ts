// Durations, amounts and counts have one spelling.
import { describe, expect, test } from 'vitest';
import { formatDollars, formatDuration } from '../../../src/values/format-quantities.ts';
import { formatAgo } from '../../../src/cli/terminal/format.ts';
import { formatCount, groupDigits } from '../../../src/values/format-count.ts';

describe('numbers for people', () => {
  test.each([
    [0, '0.00 s'],
    [4, '0.00 s'],
    [996, '1.00 s'],
    [9_990, '9.99 s'],
    [9_996, '10.0 s'],
    [12_345, '12.3 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 00 s'],
    [60_000, '1 min 00 s'],
    [125_400, '2 min 05 s'],
    [3_599_900, '60 min 00 s'],
  ])('%d ms are %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  test.each([
    [0, true, '$0.000000'],
    [1.5, true, '$1.500000'],
    [0.000126, false, '~$0.000126'],
  ])('%d dollars, exact %s, are %s', (usd, exact, text) => {
    expect(formatDollars(usd, exact)).toBe(text);
  });

  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
  ])('%d is grouped as %s', (count, text) => {
    expect(groupDigits(count)).toBe(text);
  });

  test('a noun agrees with its count', () => {
    expect([0, 1, 2000].map((count) => formatCount(count, 'node'))).toEqual([
      '0 nodes',
      '1 node',
      '2,000 nodes',
    ]);
    expect(formatCount(2, 'match', 'matches')).toBe('2 matches');
  });

  test.each([
    [59_999, 'just now'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 day ago'],
    [172_800_000, '2 days ago'],
  ])('%d ms ago is printed as %s', (passed, text) => {
    expect(formatAgo(1_000_000, 1_000_000 + passed)).toBe(text);
  });
});
