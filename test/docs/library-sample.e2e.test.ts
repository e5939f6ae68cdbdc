// Invariant: the library sample of the README runs as it is, and gives the total of the command line.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/root.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## As a library'));
const sample = /```ts\n([^]*?)```/u.exec(section)?.[1] ?? '';

function node(args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
}

test('the library sample prints the total that pflow replay prints', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-sample-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules', 'pflow'));
    writeFileSync(join(folder, 'sample.mjs'), sample);
    const log = 'fixtures/logs/v1/summarise-file.ndjson';
    const replayed = node(['dist/bin/pflow.js', 'replay', log, '--project', 'cost']);
    const { total_cost_usd: total } = JSON.parse(replayed) as { readonly total_cost_usd: string };
    expect(total).toBe('0.001566');
    expect(node([join(folder, 'sample.mjs')])).toBe(`success\nclean ${total}\n`);
    expect(section).toContain(`\`clean ${total}\``);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
