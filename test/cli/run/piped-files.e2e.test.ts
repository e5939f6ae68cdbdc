// Invariant: a command with a time limit does not wait longer than that for a pipe that it reads.
import { execFileSync } from 'node:child_process';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cleanEnvironment, PROGRAM, runCli, temporaryFolder, type CliRun } from '../../support/cli.ts';
import { ROOT } from '../../support/root.ts';

const WORKFLOW = JSON.stringify({ nodes: [{ id: 'a', type: 'echo', params: { message: 'read' } }] });
const NESTING = JSON.stringify({ nodes: [{ id: 'a', type: 'workflow', params: { workflow: './pipe' } }] });
const LOG = readFileSync(join(ROOT, 'fixtures/logs/v1/summarise-file.ndjson'));
const PRICES = JSON.stringify({ 'openai/x': { input: 1, output: 2 } });

function folderWithPipe(): string {
  const cwd = temporaryFolder();
  execFileSync('mkfifo', ['pipe'], { cwd });
  writeFileSync(join(cwd, 'w.json'), WORKFLOW);
  writeFileSync(join(cwd, 'nesting.json'), NESTING);
  return cwd;
}

const start = (args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) =>
  runCli(args, {
    cwd,
    env,
    ownProcess: true,
    onStart: (child) => {
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
    },
  });

const unfinished = (path: string): Partial<CliRun> => ({
  code: 1,
  stdout: '',
  stderr:
    `error RUN_TIMEOUT: ${path} did not end within the 0.2 s of --timeout\n` +
    '  No program has written it to its end: check the program that should, or raise --timeout.\n',
});

test.each([
  [['run', 'pipe'], 'pipe'],
  [['run', 'w.json', '--pricing', 'pipe'], 'pipe'],
  [['run', 'w.json', '--answers', 'pipe'], 'pipe'],
  [['a sentence of several words', '--answers', 'pipe'], 'pipe'],
  [['plan', 'a sentence of several words', '--answers', 'pipe'], 'pipe'],
])('pflow %j without a writer ends with the time limit', async (args, path) => {
  expect(await start([...args, '--timeout', '0.2'], folderWithPipe())).toMatchObject(unfinished(path));
});

test('the pipe of a nested workflow, and one to resume from, are not waited for', async () => {
  const cwd = folderWithPipe();
  const limit = ['--timeout', '0.2'];
  const nested = await start(['run', 'nesting.json', ...limit], cwd);
  expect(nested).toMatchObject({ code: 2, stdout: '' });
  expect(nested.stderr).toContain(
    'nodes[0].params.workflow: ./pipe did not end within the 0.2 s of --timeout; ',
  );
  expect(await start(['resume', 'pipe', ...limit], cwd)).toMatchObject({ code: 1, stdout: '' });
});

test('pflow probe does not wait for settings longer than its time limit', async () => {
  const cwd = folderWithPipe();
  execFileSync('mkfifo', ['settings.json'], { cwd });
  const args = ['probe', 'echo', 'message=x', '--timeout', '0.2'];
  const path = join(cwd, 'settings.json');
  expect(await start(args, cwd, { PFLOW_HOME: cwd })).toMatchObject(unfinished(path));
});

test('a pipe that has a writer and no end, and a stdin without an end, are not waited for either', async () => {
  const cwd = folderWithPipe();
  const writer = createWriteStream(join(cwd, 'pipe'));
  writer.write(WORKFLOW);
  onTestFinished(() => {
    writer.destroy();
  });
  expect(await start(['run', 'pipe', '--timeout', '0.2'], cwd)).toMatchObject(unfinished('pipe'));
  const command = '"$0" "$1" run - --timeout 0.2 < pipe 2>&1 || true';
  const options = { cwd, env: cleanEnvironment(cwd), encoding: 'utf8' } as const;
  const printed = execFileSync('/bin/sh', ['-c', command, process.execPath, PROGRAM], options);
  expect(printed).toBe(unfinished('stdin').stderr);
});

test.each([
  [['run', 'pipe'], WORKFLOW],
  [['run', './pipe', '--timeout', '500'], WORKFLOW],
  [['run', 'w.json', '--pricing', 'pipe', '--timeout', '500'], PRICES],
  [['run', 'w.json', '--answers', 'pipe', '--timeout', '500'], LOG],
] as const)('pflow %j with a writer reads the pipe', async (args, content) => {
  const cwd = folderWithPipe();
  createWriteStream(join(cwd, 'pipe')).end(content);
  expect(await start(args, cwd)).toMatchObject({ code: 0, stdout: 'read\n', stderr: '' });
});

test.each([
  ['cat w.json | "$0" "$1" run /dev/stdin', 'read\n'],
  ['cat w.json | "$0" "$1" run /dev/stdin --timeout 500', 'read\n'],
  ['cat w.json | "$0" "$1" run - --timeout 500', 'read\n'],
  [
    'true | "$0" "$1" run /dev/stdin --timeout 500 2>&1 || true',
    'error WORKFLOW_INVALID: /dev/stdin is not JSON: it is empty (line 1, column 1)\n  1 |\n      ^\n',
  ],
])('%s reads what is piped in', (command, printed) => {
  const cwd = folderWithPipe();
  const args = ['-c', command, process.execPath, PROGRAM];
  expect(execFileSync('/bin/sh', args, { cwd, env: cleanEnvironment(cwd), encoding: 'utf8' })).toBe(printed);
});
