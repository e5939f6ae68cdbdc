import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutToWidth, padToWidth, textWidth } from '../../../src/cli/terminal/text-width.ts';

test('wide characters take two columns, combining and invisible ones take none', () => {
  expect(['abc', '日本', 'e\u0301', '👩‍👩‍👧', '\u202e', 'ﾊﾛ', '한'].map(textWidth)).toEqual([
    3, 4, 1, 2, 0, 2, 2,
  ]);
});

test('a text that is cut is never wider than allowed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, columns) => {
      const cut = cutToWidth(text, columns);
      expect(textWidth(cut)).toBeLessThanOrEqual(columns);
      if (textWidth(text) <= columns) expect(cut).toBe(text);
    }),
  );
});

test('texts are padded by their width', () => {
  expect([padToWidth('日', 4), padToWidth('ab', 4, 'right')]).toEqual(['日  ', '  ab']);
});
