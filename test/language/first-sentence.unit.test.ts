// Tests where a first sentence ends, and that the lint rule reports a long one.
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { countWords, firstSentence } from '../../scripts/language/first-sentence.ts';
import { shortFirstSentence } from '../../scripts/language/sentence-rule.ts';

test.each([
  ['* Reads a file. Throws otherwise. ', 'Reads a file.'],
  ['*\n * Reads a file such as\n * `a.json`. More.\n ', 'Reads a file such as `a.json`.'],
  ['* Takes one of: a, b. ', 'Takes one of:'],
  ['* No dot at the end ', 'No dot at the end'],
])('the first sentence of %j is %j', (comment, sentence) => {
  expect(firstSentence(comment)).toBe(sentence);
});

test('signs are not counted as words', () => {
  expect(countWords('a → b, and `c` = d.')).toBe(5);
});

const LONG =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen';

test.each([
  [`// ${LONG}.\nlet a;`, ['16 words']],
  [`// ${LONG.replace(' eight', '.\n// Eight')}.\nlet a;`, []],
  [`let a;\n/** ${LONG}. */\nlet b;`, ['16 words']],
  [`let a;\n// ${LONG}.\nlet b;`, []],
])('%j is reported as %j', (code, expected) => {
  const linter = new Linter();
  const messages = linter.verify(code, {
    plugins: { language: { rules: { sentence: shortFirstSentence } } },
    rules: { 'language/sentence': 'error' },
  });
  expect(messages.map(({ message }) => /\d+ words/u.exec(message)?.[0])).toEqual(expected);
});
