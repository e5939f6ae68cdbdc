// Invariant: every claim of docs/security.md names a test that exists.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/root.ts';
import { listItems, namedTests, sectionOf } from './named-tests.ts';

const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

test('each named test is in the named file', () => {
  const named = namedTests(page);
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(({ file, title = '' }) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return title !== '' && !text.includes(`'${title}'`);
  });
  expect(missing).toEqual([]);
});

test.each([
  ['The sentence is data', 6],
  ['The gate', 12],
  ['Secrets', 4],
  ['Recorded answers', 2],
  ['Money and time', 3],
  ['MCP', 7],
])('each claim of "%s" names a test', (heading, count) => {
  const claims = listItems(sectionOf(page, heading));
  expect(claims).toHaveLength(count);
  expect(claims.filter((claim) => namedTests(claim).length === 0)).toEqual([]);
});
