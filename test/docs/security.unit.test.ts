// Invariant: every claim of docs/security.md names a test that exists.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/cli.ts';

const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

test('each test that is named is in the file that is named', () => {
  const named = [...page.matchAll(/`(test\/[\w./-]+\.test\.ts)`((?:[:,] "[^"]+")*)/gu)];
  expect(named.length).toBeGreaterThan(20);
  for (const [, file = '', names = ''] of named) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const [, name = ''] of names.matchAll(/"([^"]+)"/gu)) expect(text, file).toContain(`'${name}'`);
  }
});

test('each row of a table of claims names one', () => {
  const tables = page.split(/^\| claim \| test \|\n\|---\|---\|\n/mu).slice(1);
  expect(tables).toHaveLength(4);
  for (const table of tables) {
    const rows = table.split('\n\n')[0]?.split('\n') ?? [];
    expect(rows.filter((row) => !row.includes('.test.ts`'))).toEqual([]);
  }
});
