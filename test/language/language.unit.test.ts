// Invariant: comments, names and texts stay plain English; `npm run language` prints the same figures.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { findWords } from '../../scripts/language/find-words.ts';
import { sourceFiles } from '../../scripts/language/source-files.ts';
import { ROOT } from '../support/root.ts';

/** The text of a doc comment is read as that of any other: parsing it would only take time. */
const OPTIONS = {
  languageVersion: ts.ScriptTarget.Latest,
  jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
};

const findings = sourceFiles(ROOT).map((path) =>
  findWords(ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), OPTIONS, true), path),
);

function hitsIn(place: 'comment' | 'name'): number {
  return findings.reduce((sum, { hits }) => sum + hits.filter((hit) => hit.place === place).length, 0);
}

test('1,000 words of comments have at most 1 word of the list', () => {
  const words = findings.reduce((sum, { commentWords }) => sum + commentWords, 0);
  expect(words).toBeGreaterThan(30_000);
  expect((hitsIn('comment') * 1000) / words).toBeLessThanOrEqual(1);
});

test('1,000 declared names have at most 2 words of the list', () => {
  const names = findings.reduce((sum, one) => sum + one.names, 0);
  expect(names).toBeGreaterThan(30_000);
  expect((hitsIn('name') * 1000) / names).toBeLessThanOrEqual(2);
});
