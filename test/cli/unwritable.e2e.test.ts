// Invariant: a failed write is reported with the right exit code: of a log before anything runs, of a result, a trace
// or a file of --output after the run. A reader that closes the pipe is not a failure.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, PROGRAM } from '../support/cli.ts';
import {
  documentOf,
  ECHO,
  eventsIn,
  expectJsonError,
  expectReplayError,
  expectTextError,
  workbench,
  type Workbench,
} from '../support/workbench.ts';

const MARK = {
  nodes: [{ id: 'mark', type: 'write-file', params: { file_path: 'made', content: 'x' } }],
};

/** Runs a shell command that may call `pflow`; returns exit code and stderr. */
function inShell(bench: Workbench, line: string): readonly [number, string] {
  const script = `pflow() { "${process.execPath}" "${PROGRAM}" "$@"; }; set -o pipefail; { ${line}; } 2>stderr; echo $? >code`;
  execFileSync('/bin/bash', ['-c', script], { cwd: bench.folder, env: cleanEnvironment(bench.folder) });
  const read = (name: string): string => readFileSync(bench.path(name), 'utf8');
  return [Number(read('code')), read('stderr')];
}

describe('a log that cannot be created stops the run before it starts', () => {
  test.each([
    ['in a missing folder', 'nowhere/run.ndjson', 'the folder does not exist (ENOENT)'],
    [
      'in a folder that is a file',
      'flow.json/run.ndjson',
      'a part of the path is a file, not a folder (ENOTDIR)',
    ],
    ['with a name that is too long', `${'x'.repeat(300)}.ndjson`, 'the path is too long (ENAMETOOLONG)'],
  ])('%s', async (_where, log, reason) => {
    const bench = workbench();
    bench.write('flow.json', MARK);
    const args = ['run', 'flow.json', '--log', log];
    const text = await bench.run(args);
    const message = `the log "${log}" cannot be created: ${reason}`;
    expect(expectTextError(text, 2, 'LOG_UNWRITABLE')[0]).toBe(`error LOG_UNWRITABLE: ${message}`);
    const error = expectJsonError(await bench.run([...args, '--output-format', 'json']), 2, 'LOG_UNWRITABLE');
    expect(error.message).toBe(message);
    expect(existsSync(bench.path('made'))).toBe(false);
  });

  test('in a folder that not even root may write to', async () => {
    const bench = workbench();
    bench.write('flow.json', MARK);
    const run = await bench.run(['run', 'flow.json', '--log', '/sys/run.ndjson']);
    expect(expectTextError(run, 2, 'LOG_UNWRITABLE')[0]).toMatch(
      /^error LOG_UNWRITABLE: the log "\/sys\/run\.ndjson" cannot be created: .* \((EACCES|EPERM|EROFS)\)$/u,
    );
  });

  test('in an existing file, which stays unchanged', async () => {
    const bench = workbench();
    bench.write('flow.json', MARK);
    bench.write('run.ndjson', 'mine\n');
    const args = ['run', 'flow.json', '--log', 'run.ndjson'];
    const text = await bench.run(args);
    expect(expectTextError(text, 2, 'LOG_EXISTS')).toEqual([
      'error LOG_EXISTS: the log "run.ndjson" already exists',
      '  A log is never overwritten or added to: give another file, or a folder ("logs/") in which every run gets its own.',
    ]);
    expectJsonError(await bench.run([...args, '--output-format', 'json']), 2, 'LOG_EXISTS');
    expect(readFileSync(bench.path('run.ndjson'), 'utf8')).toBe('mine\n');
    expect(existsSync(bench.path('made'))).toBe(false);
  });
});

describe('a reader that closes the pipe', () => {
  const BIG = {
    nodes: [{ id: 'big', type: 'shell', params: { command: "head -c 3000000 /dev/zero | tr '\\0' a" } }],
  };

  test.each([[[]], [['--output-format', 'json']], [['-p']]])(
    'ends the program without an error, and the log is complete: %j',
    async (flags) => {
      const bench = workbench();
      bench.write('flow.json', BIG);
      const run = await bench.run(['run', 'flow.json', '--log', 'run.ndjson', ...flags], {
        onStart: (child) => child.stdout?.destroy(),
      });
      expect(run.code).toBe(0);
      expect(run.stderr).toBe(flags[0] === '-p' ? '' : 'log    run.ndjson\n');
      expect(eventsIn(bench.path('run.ndjson')).at(-1)?.data).toMatchObject({ status: 'success' });
    },
  );

  test('does not hide a failed run', async () => {
    const bench = workbench();
    bench.write('flow.json', { nodes: [{ id: 'no', type: 'shell', params: { command: 'exit 3' } }] });
    const run = await bench.run(['run', 'flow.json', '--output-format', 'json'], {
      onStart: (child) => child.stdout?.destroy(),
    });
    expect(run.code).toBe(1);
    expect(run.stderr).toBe('error NODE_FAILED: node "no": exit code 3\n');
  });

  test.each([
    'pflow run flow.json | true',
    'pflow run flow.json >&-',
    'pflow --version | true',
    'pflow --help | true',
  ])('%s', (line) => {
    const bench = workbench();
    bench.write('flow.json', BIG);
    expect(inShell(bench, line)).toEqual([0, '']);
  });
});

describe('a full stdout', () => {
  test.each([
    'pflow run flow.json',
    'pflow run flow.json --output-format json',
    'pflow --help',
    'pflow projections',
  ])('%s reports that its result is lost', (line) => {
    const bench = workbench();
    bench.write('flow.json', ECHO);
    const [code, stderr] = inShell(bench, `${line} >/dev/full`);
    expect([code, stderr]).toEqual([
      1,
      'error FILE_UNWRITABLE: stdout cannot be written: ENOSPC: no space left on device, write\n',
    ]);
  });

  test('pflow --version ends with a failure', () => {
    expect(inShell(workbench(), 'pflow --version >/dev/full')).toEqual([1, '']);
  });
});

test('a trace that cannot be saved fails the command, and the result is still printed', async () => {
  const bench = workbench();
  bench.write('flow.json', ECHO);
  bench.write('home', 'a file where a folder should be');
  const env = { PFLOW_HOME: bench.path('home/sub') };
  const text = await bench.run(['run', 'flow.json', '--trace'], { env });
  expect({ code: text.code, stdout: text.stdout }).toEqual({ code: 1, stdout: 'hello\n' });
  expect(text.stderr).toMatch(/^error FILE_UNWRITABLE: the trace cannot be saved in .*: ENOTDIR/u);
  const json = await bench.run(['run', 'flow.json', '--trace', '--output-format', 'json'], { env });
  expect({ code: json.code, result: documentOf(json).result }).toEqual({
    code: 1,
    result: { greeting: 'hello' },
  });
  expect(json.stderr).toMatch(/^error FILE_UNWRITABLE: .*\n$/u);
});

test('a run works with stdin, stdout and stderr closed', () => {
  const bench = workbench();
  bench.write('flow.json', ECHO);
  expect(inShell(bench, 'pflow run flow.json --log run.ndjson <&- >&- 2>&-')).toEqual([0, '']);
  expect(eventsIn(bench.path('run.ndjson')).at(-1)?.type).toBe('run.completed');
});

test('a file of --output that cannot be written is an error', async () => {
  const bench = workbench();
  bench.write('flow.json', ECHO);
  await bench.run(['run', 'flow.json', '--log', 'run.ndjson']);
  const args = ['replay', 'run.ndjson', '--project', 'metrics', '--output', 'no/where.json'];
  expectReplayError(await bench.run(args), 1, 'FILE_UNWRITABLE');
});
