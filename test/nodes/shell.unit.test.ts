import { mkdtemp, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { shell } from '../../src/nodes/shell.ts';
import { holdTimer } from '../support/hold-timer.ts';
import { runNode, type NodeRunOptions, type NodeRun } from '../support/run-node.ts';

let folder = '';

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'pflow-shell-')));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function run(params: Record<string, unknown>, occasion: NodeRunOptions = {}): Promise<NodeRun> {
  return runNode(shell, params, { ...occasion, context: { cwd: folder, ...occasion.context } });
}

/** The outputs of a command that wrote text. */
function outputs(command: string, stdout: string, { stderr = '', exit_code = 0 } = {}): object {
  return { command, stdout, stdout_is_binary: false, stderr, stderr_is_binary: false, exit_code };
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
    const command = 'printf "a\\nb\\n\\n"; printf "warn\\n" >&2';
    const { shared, action } = await run({ command });
    expect(action).toBe('default');
    expect(shared).toEqual(outputs(command, 'a\nb\n', { stderr: 'warn' }));
  });

  it('passes text to stdin unchanged, and an object or a list as JSON', async () => {
    expect((await run({ command: 'cat', stdin: 'x\ny' })).shared['stdout']).toBe('x\ny');
    expect((await run({ command: 'cat', stdin: { a: ['é', null] } })).shared['stdout']).toBe(
      '{"a":["é",null]}',
    );
    expect((await run({ command: 'cat', stdin: [1, 2] })).shared['stdout']).toBe('[1,2]');
  });

  it.each([[undefined], [null], ['']])('reads an empty input when stdin is %j', async (stdin) => {
    expect((await run({ command: 'cat', stdin })).shared).toEqual(outputs('cat', ''));
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

  it.each([
    ['cat image', {}, 'iVBORwD/', true],
    ["printf 'Andr\\351\\n'", {}, 'QW5kcukK', true],
    ["printf 'Andr\\351\\r\\n'", { encoding: 'latin1' }, 'André', false],
    ["printf 'a\\000b\\n'", {}, 'a\0b', false],
    ["printf '\\357\\273\\277a\\n'", {}, 'a', false],
    ["printf 'a\\r\\n\\r\\n'", {}, 'a\r\n', false],
    ["printf 'a\\r'", {}, 'a\r', false],
  ])('keeps every byte: %j with %j', async (command, params, text, isBinary) => {
    await writeFile(join(folder, 'image'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]));
    const { shared } = await run({ command: `${command}; ${command} >&2`, ...params });
    expect(shared).toMatchObject({ stdout: text, stdout_is_binary: isBinary });
    expect(shared).toMatchObject({ stderr: text, stderr_is_binary: isBinary });
  });

  it('reads stdout as base64 on request, with the newline at its end, and stderr as text', async () => {
    const { shared } = await run({ command: 'echo text; echo warn >&2', encoding: 'base64' });
    expect(shared).toMatchObject({ stdout: 'dGV4dAo=', stdout_is_binary: true, stderr: 'warn' });
  });

  it('gives back any bytes that a command writes', async () => {
    const file = join(folder, 'bytes');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        await writeFile(file, bytes);
        const { shared } = await run({ command: 'cat bytes' });
        const { stdout, stdout_is_binary: isBinary } = shared;
        const read = Buffer.from(String(stdout), isBinary === true ? 'base64' : 'utf8');
        // The mark at the start and the newline at the end are not part of a text.
        const text = Buffer.from(bytes)
          .toString('utf8')
          .replace(/^\uFEFF/u, '')
          .replace(/\r?\n$/u, '');
        expect(read).toEqual(isBinary === true ? Buffer.from(bytes) : Buffer.from(text));
      }),
      { numRuns: 40 },
    );
  });

  it('also stores the value in stdout with "output": "json"', async () => {
    const { shared } = await run({ command: `echo '{"id": 1458059302022549698}'`, output: 'json' });
    expect(shared['json']).toEqual({ id: 1458059302022549698n });
    expect(shared['stdout']).toBe('{"id": 1458059302022549698}');
    const broken = await run({ command: `echo '{"id": x}'`, output: 'json' });
    expect(broken.error).toMatchObject({
      message: 'stdout is not JSON: "x" is not a JSON value (character 8)',
      details: ['stdout: {"id": x}'],
    });
    expect(broken.shared).toMatchObject({ stdout: '{"id": x}', exit_code: 0 });
    expect((await run({ command: 'true', output: 'json' })).shared['error']).toBe(
      'stdout is not JSON: it is empty',
    );
  });

  it('stores 5 MB of each stream completely', async () => {
    const command = 'head -c 5000000 /dev/zero | tr "\\0" x; head -c 5000000 /dev/zero | tr "\\0" y >&2';
    const { shared } = await run({ command });
    expect(shared['stdout'] === 'x'.repeat(5_000_000)).toBe(true);
    expect(shared['stderr'] === 'y'.repeat(5_000_000)).toBe(true);
  });

  it('accepts a command that never reads its large input', async () => {
    const command = 'exec 0<&-; echo done';
    const { shared, action } = await run({ command, stdin: 'x'.repeat(2_000_000) });
    expect(action).toBe('default');
    expect(shared).toEqual(outputs(command, 'done'));
  });
});

describe('a failed shell command', () => {
  it('is reported with its exit code and the last line of stderr, and its outputs are stored', async () => {
    const command = 'echo half; echo one >&2; echo "two  " >&2; exit 3';
    const { shared, error } = await run({ command });
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({
      message: 'exit code 3: two',
      retryable: false,
      details: ['stderr:', '  one', '  two', 'stdout: half'],
    });
    const stderr = 'one\ntwo  ';
    expect(shared).toEqual({
      ...outputs(command, 'half', { stderr, exit_code: 3 }),
      error: 'exit code 3: two',
    });
  });

  it('without output is reported with its exit code only', async () => {
    expect((await run({ command: 'false' })).shared['error']).toBe('exit code 1');
  });

  it('counts as a success with ignore_errors', async () => {
    const { shared, action } = await run({ command: 'exit 7', ignore_errors: true });
    expect(action).toBe('default');
    expect(shared).toEqual(outputs('exit 7', '', { exit_code: 7 }));
  });

  it('is a success with an exit code of ok_exit_codes only', async () => {
    const grep = (ok_exit_codes?: number[]): Promise<NodeRun> =>
      run({ command: 'echo a | grep b', ...(ok_exit_codes === undefined ? {} : { ok_exit_codes }) });
    expect((await grep([0, 1])).shared).toEqual(outputs('echo a | grep b', '', { exit_code: 1 }));
    expect((await grep([1])).action).toBe('default');
    expect((await grep([0, 2])).error).toMatchObject({ message: 'exit code 1' });
    expect((await grep()).error).toMatchObject({ message: 'exit code 1' });
    expect((await run({ command: 'true', ok_exit_codes: [1] })).error).toMatchObject({
      message: 'exit code 0',
    });
    expect((await run({ command: 'kill -9 $$', ok_exit_codes: [0, 137] })).error).toMatchObject({
      message: 'killed by SIGKILL',
    });
  });

  it('shows the end of a long output only', async () => {
    const { error } = await run({ command: 'seq 1 5000; echo last >&2; exit 1' });
    const [first, ...rest] = Array.from({ length: 10 }, (_, index) => String(4991 + index));
    const end = [`  …${String(first)}`, ...rest.map((line) => `  ${line}`)];
    expect(error).toMatchObject({ details: ['stderr: last', 'stdout, its end:', ...end] });
  });

  it('that was killed is reported with the signal and has the exit code -1', async () => {
    const command = 'echo before; kill -SEGV $$';
    const { shared } = await run({ command });
    expect(shared).toEqual({ ...outputs(command, 'before', { exit_code: -1 }), error: 'killed by SIGSEGV' });
  });

  it('that did not start is reported with the reason', async () => {
    const { shared } = await run({ command: 'true', cwd: 'nowhere' });
    const error = 'the command did not start: its cwd "nowhere" is not a folder';
    expect(shared).toEqual({ ...outputs('true', '', { exit_code: -1 }), error });
  });

  const hint = 'Hand it over in "stdin", which has no limit.';
  it.each([
    [
      { command: `: ${'x'.repeat(131_072)}` },
      'the command has 131075 bytes; a process takes at most 128 KiB',
    ],
    [{ command: 'echo a\0b' }, 'the command has a NUL character, which ends a text'],
    [{ command: 'true', env: { A: 'x\0' } }, 'env.A has a NUL character, which ends a variable'],
    [
      { command: 'true', env: { A: 'ä'.repeat(65_535) } },
      'env.A has 131073 bytes; a process takes at most 128 KiB',
    ],
    [
      { command: 'true', env: { A: { list: ['x'.repeat(131_072)] } } },
      'env.A has 131088 bytes; a process takes at most 128 KiB',
    ],
    [
      { command: 'true', env: { A: '\uD800' } },
      'env.A has half of a character (a lone surrogate), which has no bytes',
    ],
  ])('that no process can be given is refused, with stdin as the way out (%#)', async (params, reason) => {
    const { shared, error } = await run(params);
    expect(error).toMatchObject({ message: `the command did not start: ${reason}`, hint });
    expect(shared['exit_code']).toBe(-1);
  });

  it('takes a variable of exactly 128 KiB', async () => {
    const { shared } = await run({ command: 'printf %s "$A" | wc -c', env: { A: 'x'.repeat(131_069) } });
    expect(String(shared['stdout']).trim()).toBe('131069');
  });

  it('whose variables are too large together is refused with stdin as the way out', async () => {
    const env = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`A${String(index)}`, 'x'.repeat(120_000)]),
    );
    expect((await run({ command: 'true', env })).error).toMatchObject({
      message: expect.stringMatching(
        /^the command did not start: its variables have 120\d{5} bytes together, more than the system takes \(2 MiB on most systems; "getconf ARG_MAX" prints the limit\)$/,
      ) as string,
      hint: 'Hand over the large values in "stdin", which has no limit.',
    });
  });

  it('that writes without end is ended and reported', async () => {
    const { error } = await run({ command: 'yes' });
    expect(error).toMatchObject({ message: 'the command wrote more than 64 MiB and was ended' });
  });
});

describe('a shell command that takes too long', () => {
  it('is ended with its children, and its output so far is stored', async () => {
    const command = 'echo so far; sleep 300 & echo $! > child; wait';
    const end = holdTimer(1);
    const done = run({ command, timeout_s: 1 });
    const pid = await pidIn('child');
    end();
    const { shared, error } = await done;
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(shared).toEqual({
      ...outputs(command, 'so far', { exit_code: -1 }),
      error: 'the command did not end within 1 s',
    });
    expect(await waitForEnd(pid)).toBe(true);
  });

  it('is killed with its grandchildren when they ignore SIGTERM', async () => {
    const ignoring = `trap '' TERM; echo $$ > ignoring; while :; do sleep 1; done`;
    const end = holdTimer(1);
    const done = run({
      command: `sh -c "sh -c '${ignoring.replaceAll("'", `'"'"'`).replaceAll('$', '\\$')}'"; :`,
      timeout_s: 1,
    });
    const pid = await pidIn('ignoring');
    end();
    expect((await done).error).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(await waitForEnd(pid)).toBe(true);
  });

  it.each([
    ['a session of its own', 'echo left; setsid sh -c "echo \\$\\$ > outside; exec sleep 300" & wait'],
    [
      'a parent that has ended',
      'echo left; (setsid sh -c "echo \\$\\$ > outside; exec sleep 300" &); sleep 300',
    ],
    [
      'an environment of its own',
      'echo left; setsid env -i sh -c "echo \\$\\$ > outside; exec sleep 300" & wait',
    ],
  ])('is ended with a child that has %s', async (_name, command) => {
    await rm(join(folder, 'outside'), { force: true });
    const end = holdTimer(1);
    const done = run({ command, timeout_s: 1 });
    const pid = await pidIn('outside');
    end();
    const { shared, error } = await done;
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(shared['stdout']).toBe('left');
    expect(await waitForEnd(pid)).toBe(true);
  });

  it('has its output so far stored at the timeout of its node, too', async () => {
    const command = 'echo so far; echo $$ > waiting; exec sleep 300';
    const end = holdTimer(1);
    const done = run({ command }, { timeout_s: 1 });
    await pidIn('waiting');
    end();
    const { shared, error } = await done;
    expect(error).toMatchObject({
      code: 'NODE_TIMEOUT',
      message: 'no result after 1 s',
      details: ['stdout: so far'],
    });
    expect(shared).toEqual({
      ...outputs(command, 'so far', { exit_code: -1 }),
      error: 'no result after 1 s',
    });
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
    expect(shared).toEqual({ ...outputs(command, '', { exit_code: -1 }), error: 'the command was ended' });
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

describe('a child in the background', () => {
  it('goes on until its run is stopped, and what the command itself wrote is complete', async () => {
    const command = 'sleep 300 & echo $! > background; head -c 500000 /dev/zero | tr "\\0" x';
    const controller = new AbortController();
    const { shared } = await run({ command }, { context: { signal: controller.signal } });
    expect(shared['stdout'] === 'x'.repeat(500_000)).toBe(true);
    const child = await pidIn('background');
    // Signal 0 only finds out whether the process is there.
    expect(process.kill(child, 0)).toBe(true);
    controller.abort();
    expect(await waitForEnd(child)).toBe(true);
  });

  it('in a session of its own ends when its run is stopped later, also behind the signal of an item', async () => {
    const command = 'setsid sleep 300 > /dev/null 2>&1 < /dev/null & echo $! > apart; echo started';
    const [item, whole] = [new AbortController(), new AbortController()];
    await run({ command }, { context: { signal: item.signal, runSignal: whole.signal } });
    whole.abort();
    expect(await waitForEnd(await pidIn('apart'))).toBe(true);
  });

  it('that writes without end does not keep its node waiting either', async () => {
    const controller = new AbortController();
    const command = 'while :; do echo noise; done & echo $! > noisy; echo started';
    const { shared, action } = await run({ command }, { context: { signal: controller.signal } });
    expect(action).toBe('default');
    expect(shared['stdout']).toContain('started');
    controller.abort();
    expect(await waitForEnd(await pidIn('noisy'))).toBe(true);
  });

  it('that ends with the command may write its last words', async () => {
    const command = 'exec 3>&1; { while kill -0 $$ 2> /dev/null; do :; done; echo last; } >&3 & echo first';
    const { shared } = await run({ command });
    expect(shared['stdout']).toBe('first\nlast');
  });
});
