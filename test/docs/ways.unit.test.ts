// Invariant: the ways through the code in docs/architecture.md exist and are short.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/root.ts';

const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const section = (page.split('\n## Where to look\n')[1] ?? '').split('\n## ')[0] ?? '';
const ways = section
  .split('\n### ')
  .slice(1)
  .map((text) => ({
    title: text.split('\n')[0] ?? '',
    files: [...text.matchAll(/^1\. `([^`]+)`/gmu)].map(([, file = '']) => file),
  }));

test('six ways are described', () => {
  expect(ways).toHaveLength(6);
});

test.each(ways)('$title takes at most nine files, and each exists', ({ files }) => {
  expect(files.length).toBeGreaterThan(3);
  expect(files.length).toBeLessThanOrEqual(9);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('files to touch in CONTRIBUTING.md exist', () => {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const paths = [...text.matchAll(/`((?:src|projections|test|fixtures|docs)\/[\w./-]+)`/gu)].map(
    ([, path = '']) => path,
  );
  const named = paths.filter((path) => !/NAME|VERB/u.test(path));
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
