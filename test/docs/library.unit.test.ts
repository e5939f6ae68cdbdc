// Invariant: every export of the library has a docstring, and docs/library.md lists them all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { libraryExports, libraryPage } from '../../scripts/library-page.ts';
import { ROOT } from '../support/root.ts';

const exports = libraryExports();

test('every export of the library has a docstring', () => {
  expect(exports.length).toBeGreaterThan(150);
  expect(exports.filter(({ text }) => text === '').map(({ entry, name }) => `${entry}: ${name}`)).toEqual([]);
});

test('docs/library.md is up to date: npm run docs', () => {
  expect(readFileSync(join(ROOT, 'docs/library.md'), 'utf8')).toBe(libraryPage(exports));
});
