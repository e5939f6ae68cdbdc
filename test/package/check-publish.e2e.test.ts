// Invariant: the package is not published before it names where its source and the reports of bugs are.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../support/cli.ts';

function check(keys: object): { readonly status: number | null; readonly stderr: string } {
  const file = join(temporaryFolder(), 'package.json');
  writeFileSync(file, JSON.stringify({ name: 'pflow', ...keys }));
  const args = ['--import', 'tsx', 'scripts/check-publish.ts', file];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return { status, stderr: stderr.replace(file, 'package.json') };
}

test('without an address publishing stops with the missing keys', () => {
  expect(check({ bugs: 'x' })).toEqual({
    status: 1,
    stderr: 'package.json has no "repository"; set them to public addresses, then publish\n',
  });
  expect(check({}).stderr).toMatch(/^package\.json has no "repository" and no "bugs"; /u);
});

test('with both it goes on', () => {
  expect(check({ bugs: 'x', repository: 'y' })).toEqual({ status: 0, stderr: '' });
});
