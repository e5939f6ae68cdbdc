import { mkdtemp, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { shell } from '../../src/nodes/shell.ts';
import { runNode, type NodeRunOptions, type NodeRun } from '../support/run-node.ts';

let folder = '';

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'pflow-shell-')));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function run(params: Record<string, unknown>, occasion: NodeRunOptions = {}): Promise<NodeRun> {
  return runNode(shell, params, { ...occasion, context: { cwd: folder, ...occasion.context } });
}

/** Waits for a command to write its pid into a file. */
async function pidIn(file: string): Promise<number> {
  for (;;) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
    await sleep(5);
  }
}

/** Resolves when the process has ended or is a zombie. */
async function waitForEnd(pid: number): Promise<true> {
  for (;;) {
    const state = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => undefined);
    if (state === undefined || /\) [ZX] /u.test(state)) return true;
    await sleep(5);
  }
}

describe('shell', () => {
  it('stores the output of the command without one newline at its end', async () => {
    const { shared, action } = await run({ command: 'printf "a\\nb\\n\\n"; printf "warn\\n" >&2' });
    expect(action).toBe('default');
    expect(shared).toEqual({ stdout: 'a\nb\n', stderr: 'warn', exit_code: 0 });
  });

  it('passes text to stdin unchanged, and an object or a list as JSON', async () => {
    expect((await run({ command: 'cat', stdin: 'x\ny' })).shared['stdout']).toBe('x\ny');
    expect((await run({ command: 'cat', stdin: { a: ['é', null] } })).shared['stdout']).toBe(
      '{"a":["é",null]}',
    );
    expect((await run({ command: 'cat', stdin: [1, 2] })).shared['stdout']).toBe('[1,2]');
  });

  it.each([[undefined], [null], ['']])('reads an empty input when stdin is %j', async (stdin) => {
    expect((await run({ command: 'cat', stdin })).shared).toEqual({ stdout: '', stderr: '', exit_code: 0 });
  });

  it('runs in cwd, which may be relative, with env added', async () => {
    await mkdir(join(folder, 'sub'));
    const { shared } = await run({
      command: 'pwd; echo "$A$B$C"',
      cwd: 'sub',
      env: { A: 'x', B: 1, C: true },
    });
    expect(shared['stdout']).toBe(`${join(folder, 'sub')}\nx1true`);
  });

  it('runs the command in the environment of the run only', async () => {
    const { shared } = await run(
      { command: '/usr/bin/env | grep -E "^(ONE|TWO|HOME)="', env: { TWO: '2' } },
      { context: { cwd: folder, env: { ONE: '1', TWO: 'no', THREE: undefined } } },
    );
    expect(String(shared['stdout']).split('\n').toSorted()).toEqual(['ONE=1', 'TWO=2']);
  });

  it('keeps text in every script', async () => {
    const text = 'naïve 漢字 🎉 \u2028 עברית';
    expect((await run({ command: 'cat', stdin: text })).shared['stdout']).toBe(text);
    expect((await run({ command: `printf %s '${text}'` })).shared['stdout']).toBe(text);
  });

  it('stores binary output as base64, and a stray byte in a text as U+FFFD', async () => {
    await writeFile(join(folder, 'image'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]));
    expect((await run({ command: 'cat image' })).shared['stdout']).toBe('iVBORwD/');
    expect((await run({ command: "printf 'Andr\\351\\n'" })).shared['stdout']).toBe('Andr\uFFFD');
    expect((await run({ command: "printf 'a\\000b'" })).shared['stdout']).toBe('a\0b');
  });

  it('stores 5 MB of each stream completely', async () => {
    const command = 'head -c 5000000 /dev/zero | tr "\\0" x; head -c 5000000 /dev/zero | tr "\\0" y >&2';
    const { shared } = await run({ command });
    expect(shared['stdout'] === 'x'.repeat(5_000_000)).toBe(true);
    expect(shared['stderr'] === 'y'.repeat(5_000_000)).toBe(true);
  });

  it('accepts a command that never reads its large input', async () => {
    const { shared, action } = await run({ command: 'exec 0<&-; echo done', stdin: 'x'.repeat(2_000_000) });
    expect(action).toBe('default');
    expect(shared).toEqual({ stdout: 'done', stderr: '', exit_code: 0 });
  });
});

describe('a failed shell command', () => {
  it('is reported with its exit code and the last line of stderr, and its outputs are stored', async () => {
    const { shared, error } = await run({ command: 'echo half; echo one >&2; echo "two  " >&2; exit 3' });
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({ message: 'exit code 3: two', retryable: false });
    expect(shared).toEqual({ stdout: 'half', stderr: 'one\ntwo  ', exit_code: 3, error: 'exit code 3: two' });
  });

  it('without output is reported with its exit code only', async () => {
    expect((await run({ command: 'false' })).shared['error']).toBe('exit code 1');
  });

  it('counts as a success with ignore_errors', async () => {
    const { shared, action } = await run({ command: 'exit 7', ignore_errors: true });
    expect(action).toBe('default');
    expect(shared).toEqual({ stdout: '', stderr: '', exit_code: 7 });
  });

  it('that was killed is reported with the signal and has the exit code -1', async () => {
    const { shared } = await run({ command: 'echo before; kill -SEGV $$' });
    expect(shared).toEqual({ stdout: 'before', stderr: '', exit_code: -1, error: 'killed by SIGSEGV' });
  });

  it('that did not start is reported with the reason', async () => {
    const { shared } = await run({ command: 'true', cwd: 'nowhere' });
    const error = 'the command did not start: its cwd "nowhere" is not a folder';
    expect(shared).toEqual({ stdout: '', stderr: '', exit_code: -1, error });
    const long = await run({ command: `: ${'x'.repeat(3_000_000)}` });
    expect(long.error).toMatchObject({ message: 'the command did not start: spawn E2BIG' });
    const withNul = await run({ command: 'echo a\0b' });
    expect(withNul.shared['exit_code']).toBe(-1);
  });

  it('that writes without end is ended and reported', async () => {
    const { error } = await run({ command: 'yes' });
    expect(error).toMatchObject({ message: 'the command wrote more than 64 MiB and was ended' });
  });
});

describe('a shell command that takes too long', () => {
  it('is ended with its children, and its output so far is stored', async () => {
    const command = 'sleep 300 & echo $! > child; echo so far; wait';
    const { shared, error } = await run({ command, timeout_s: 1 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(shared).toEqual({
      stdout: 'so far',
      stderr: '',
      exit_code: -1,
      error: 'the command did not end within 1 s',
    });
    expect(await waitForEnd(await pidIn('child'))).toBe(true);
  });

  it('is killed with its grandchildren when they ignore SIGTERM', async () => {
    const ignoring = `trap '' TERM; echo $$ > ignoring; while :; do sleep 1; done`;
    const { error } = await run({
      command: `sh -c "sh -c '${ignoring.replaceAll("'", `'"'"'`).replaceAll('$', '\\$')}'"; :`,
      timeout_s: 1,
    });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(await waitForEnd(await pidIn('ignoring'))).toBe(true);
  });

  it('ends although a process outside of its group holds the pipe', async () => {
    const command = 'setsid sh -c "echo \\$\\$ > outside; exec sleep 300" & echo left; wait';
    const { shared, error } = await run({ command, timeout_s: 1 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(shared['stdout']).toBe('left');
    process.kill(await pidIn('outside'), 'SIGKILL');
  });

  it('has its output so far stored at the timeout of its node, too', async () => {
    const { shared, error } = await run({ command: 'echo so far; exec sleep 300' }, { timeout_s: 1 });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT', message: 'no result after 1 s' });
    expect(shared).toEqual({ stdout: 'so far', stderr: '', exit_code: -1, error: 'no result after 1 s' });
  });
});

describe('an aborted shell command', () => {
  it('is ended with its children', async () => {
    const controller = new AbortController();
    const command = 'sleep 300 & echo $! > aborted; wait';
    const done = run({ command, ignore_errors: true }, { context: { signal: controller.signal } });
    const pid = await pidIn('aborted');
    const reason = new Error('Ctrl-C');
    controller.abort(reason);
    const { shared, error } = await done;
    expect(error).toMatchObject({ message: 'the command was ended', cause: reason });
    expect(shared).toEqual({ stdout: '', stderr: '', exit_code: -1, error: 'the command was ended' });
    expect(await waitForEnd(pid)).toBe(true);
  });

  it('may clean up before it ends', async () => {
    const controller = new AbortController();
    const command = `trap 'echo bye; exit 0' TERM; echo $$ > cleaning; while :; do sleep 0.05; done`;
    const done = run({ command }, { context: { signal: controller.signal } });
    await pidIn('cleaning');
    controller.abort();
    expect((await done).shared).toMatchObject({
      stdout: 'bye',
      exit_code: 0,
      error: 'the command was ended',
    });
  });

  it('is not started when it was aborted before', async () => {
    const { shared, error } = await run(
      { command: 'touch started' },
      { context: { signal: AbortSignal.abort(new Error('before')) } },
    );
    expect(error).toMatchObject({ message: 'before' });
    expect(shared).toEqual({ error: 'before' });
    await expect(readFile(join(folder, 'started'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is ended when the abort comes during its start', async () => {
    for (let turns = 0; turns < 30; turns += 1) {
      const controller = new AbortController();
      const done = run({ command: 'sleep 300' }, { context: { signal: controller.signal } });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      controller.abort(new Error('while it starts'));
      expect((await done).error).toMatchObject({ message: 'while it starts' });
    }
  });
});
