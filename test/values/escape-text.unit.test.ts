// Untrusted text on a terminal has no effect, and only pflow colours text.
import { describe, expect, test } from 'vitest';
import { colour, renderColour } from '../../src/cli/terminal/colour.ts';
import { escapeControls, escapeInvisible, toOneLine } from '../../src/values/escape-text.ts';

describe('escapeControls', () => {
  test.each([
    ['plain text, umlauts ä and 漢字 stay', 'plain text, umlauts ä and 漢字 stay'],
    ['a\tb\nc', 'a\tb\nc'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['\u001b]0;title\u0007', '\\u{1b}]0;title\\u{07}'],
    ['over\rwritten', 'over\\u{0d}written'],
    ['\u009b31m', '\\u{9b}31m'],
    ['abc\u202edcba', 'abc\\u{202e}dcba'],
    ['👩‍💻', '👩‍💻'],
  ])('%j is printed as %j', (text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });
});

describe('escapeInvisible', () => {
  test.each([
    ['plain text, ä and 漢字', 'plain text, ä and 漢字'],
    ['a\tb\nc', 'a\\u{09}b\\u{0a}c'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['a\u00a0b', 'a\\u{a0}b'],
  ])('%j is printed as %j', (text, shown) => {
    expect(escapeInvisible(text)).toBe(shown);
  });
});

test('toOneLine joins lines with single spaces', () => {
  expect(toOneLine('a\n  b \n\nc')).toBe('a b c');
});

describe('colour', () => {
  test('a style becomes a control sequence, or is dropped', () => {
    const text = `${colour.red('error')} ${colour.bold('CODE')}`;
    expect(renderColour(text, true)).toBe('\u001b[31merror\u001b[0m \u001b[1mCODE\u001b[0m');
    expect(renderColour(text, false)).toBe('error CODE');
  });

  test('a style survives escaping, and control sequences of the text stay escaped', () => {
    expect(renderColour(escapeControls(colour.red('a\u001b[0mb')), true)).toBe(
      '\u001b[31ma\\u{1b}[0mb\u001b[0m',
    );
  });
});
