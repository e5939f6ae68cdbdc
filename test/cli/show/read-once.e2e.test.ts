// `pflow show` reads the only log of a run once: it takes a pipe, which gives its bytes to the first reader.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageFolder, type PageFolder } from '../../page/page-file.ts';
import { cleanEnvironment, PROGRAM } from '../../support/cli.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

let files: PageFolder;

beforeAll(() => {
  files = pageFolder();
});

afterAll(() => {
  files.remove();
});

function run(number: number, node: string, after = 0): RunBuilder {
  return new RunBuilder(runId(number))
    .after(after)
    .started()
    .workflow([node], (inside) => inside.node(node, { type: 'llm' }, (one) => one.call()))
    .ended('success');
}

function showPiped(log: string): {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
} {
  const script = 'cat "$1" | "$2" "$3" show /dev/stdin';
  return spawnSync('bash', ['-c', script, 'bash', log, process.execPath, PROGRAM], {
    cwd: files.folder,
    env: cleanEnvironment(files.folder),
    encoding: 'utf8',
  });
}

test('the last run of a log from a pipe is shown with its waterfall', () => {
  const log = files.writeLog('two.ndjson', run(2, 'later', 60_000).events, run(1, 'earlier').events);
  const { stdout, stderr, status } = showPiped(log);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^later {2}✓ .* \$0\.010500 {2}claude-sonnet-4-0/mu);
  expect(stdout).not.toContain('earlier');
  expect(status).toBe(0);
});
