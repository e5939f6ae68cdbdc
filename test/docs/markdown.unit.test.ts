// Invariant: documentation is plain English in lines that fit a terminal, and its links lead somewhere.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { inProse } from '../../scripts/language/find-words.ts';
import { ROOT } from '../support/root.ts';

const LONGEST_LINE = 119;

/** Names the words that the other pages must not use. */
const WORD_LIST = 'docs/language.md';

const pages = ['.', 'docs', 'bench', 'fixtures'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

/** The page without its fenced code, which shows the output of programs. The lines keep their numbers. */
function proseOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gmu, (code) =>
    code.replaceAll(/[^\n]/gu, ''),
  );
}

function linesOf(page: string): readonly string[] {
  return proseOf(page).split('\n');
}

// A row of a table cannot be broken.
test.each(pages)('%s has no line of 120 characters or more outside of tables', (page) => {
  const long = linesOf(page).flatMap((line, at) =>
    line.length > LONGEST_LINE && !line.startsWith('|') ? [`${String(at + 1)}: ${line}`] : [],
  );
  expect(long).toEqual([]);
});

test.each(pages.filter((page) => page !== WORD_LIST))('%s has no word of the word list', (page) => {
  const found = inProse(proseOf(page), 'text', 0).map(({ word, instead }) => `${word} -> ${instead}`);
  expect(found).toEqual([]);
});

test.each(pages)('%s links to files that exist', (page) => {
  const links = [...proseOf(page).matchAll(/\]\((?!https?:)([^)#]+)/gu)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
});
