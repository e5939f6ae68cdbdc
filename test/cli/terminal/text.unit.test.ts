// Text for people: what strangers wrote is harmless, colour is ours alone, numbers are spelt one way.
import { describe, expect, test } from 'vitest';
import { renderColour, colour } from '../../../src/cli/terminal/colour.ts';
import { escapeControls } from '../../../src/cli/terminal/escape.ts';
import { formatDollars, formatDuration } from '../../../src/cli/terminal/format.ts';
import { formatCount, groupDigits } from '../../../src/values/format-count.ts';

describe('printable', () => {
  test.each([
    ['plain text, umlauts ä and 漢字 stay', 'plain text, umlauts ä and 漢字 stay'],
    ['a\tb\nc', 'a\tb\nc'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['\u001b]0;title\u0007', '\\u{1b}]0;title\\u{07}'],
    ['over\rwritten', 'over\\u{0d}written'],
    ['\u009b31m', '\\u{9b}31m'],
    ['abc\u202edcba', 'abc\\u{202e}dcba'],
    ['👩‍💻', '👩‍💻'],
  ])('%j is shown as %j', (text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });
});

describe('paint', () => {
  test('a style becomes a control sequence, or nothing', () => {
    const text = `${colour.red('error')} ${colour.bold('CODE')}`;
    expect(renderColour(text, true)).toBe('\u001b[31merror\u001b[0m \u001b[1mCODE\u001b[0m');
    expect(renderColour(text, false)).toBe('error CODE');
  });

  test('it outlives making the text harmless, and what was harmful stays so', () => {
    expect(renderColour(escapeControls(colour.red('a\u001b[0mb')), true)).toBe(
      '\u001b[31ma\\u{1b}[0mb\u001b[0m',
    );
  });
});

describe('quantities', () => {
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

  test('a count agrees with its noun', () => {
    expect([0, 1, 2000].map((count) => formatCount(count, 'node'))).toEqual([
      '0 nodes',
      '1 node',
      '2,000 nodes',
    ]);
    expect(formatCount(2, 'match', 'matches')).toBe('2 matches');
  });
});
