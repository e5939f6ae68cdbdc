import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

test('the version that logs carry is that of the package', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8');
  expect((JSON.parse(text) as { readonly version: string }).version).toBe(VERSION);
});
