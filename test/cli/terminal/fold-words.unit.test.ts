// Breaks between words only, at the width of the screen.
import { expect, test } from 'vitest';
import { foldWords } from '../../../src/cli/terminal/fold-words.ts';

test.each([
  ['fits on a line', 15, 'fits on a line'],
  ['$0.25, of it $0.031500 lost', 14, '$0.25, of it\n  $0.031500\n  lost'],
  ['a-word-that-is-too-long and another', 10, 'a-word-that-is-too-long\n  and\n  another'],
  ['\u5bbd\u5bbd \u5bbd\u5bbd', 8, '\u5bbd\u5bbd\n  \u5bbd\u5bbd'],
])('"%s" is broken between words in %i columns', (line, columns, expected) => {
  expect(foldWords(line, columns)).toBe(expected);
});
