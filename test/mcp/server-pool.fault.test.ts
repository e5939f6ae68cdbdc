// Invariant: a run has one connection for each server, every failure of a server is a failure of its node that names
// the reason, and nothing of a server is left after the run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Deadline } from '../../src/flow/deadline.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { createServerPool, type ServerPool } from '../../src/mcp/server-pool.ts';
import type { ToolOutputs, ToolProgress } from '../../src/nodes/mcp/tool-caller.ts';
import { temporaryFolder } from '../support/cli.ts';
import { holdTimer } from '../support/hold-timer.ts';
import { fixtureServer, isAlive, mcpHome, type McpHome } from '../support/mcp-home.ts';

const pools: ServerPool[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

interface Bench {
  readonly home: McpHome;
  readonly pool: ServerPool;
  readonly progress: readonly ToolProgress[];
  readonly call: (
    tool: string,
    args?: Record<string, unknown>,
    options?: CallOptions,
  ) => Promise<ToolOutputs>;
}

interface CallOptions {
  readonly timeout_s?: number;
  readonly signal?: AbortSignal;
  readonly isReading?: boolean;
}

function bench(server: Record<string, unknown>): Bench {
  const home = mcpHome({ one: server });
  const progress: ToolProgress[] = [];
  const pool = createServerPool({ cwd: home.folder, env: home.env, onProgress: (one) => progress.push(one) });
  pools.push(pool);
  return {
    home,
    pool,
    progress,
    call: (tool, args = {}, { timeout_s, signal = new AbortController().signal, isReading = false } = {}) =>
      pool.call(
        { server: 'one', tool, arguments: args, isReading },
        {
          signal,
          cwd: home.folder,
          env: home.env,
          node: 'n',
          ...(timeout_s === undefined ? {} : { timeout_s }),
        },
      ),
  };
}

async function failureOf(call: Promise<unknown>): Promise<NodeFailure> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NodeFailure);
  return error as NodeFailure;
}

describe('one server', () => {
  test('is started once for 100 calls, at once or after each other, and is gone when the pool is closed', async () => {
    const { home, pool, call } = bench(fixtureServer());
    const answers = await Promise.all(
      Array.from({ length: 90 }, (_, index) => call('echo', { text: `text ${String(index)}` })),
    );
    for (let index = 90; index < 100; index += 1)
      answers.push(await call('echo', { text: `text ${String(index)}` }));
    expect(answers.map(({ result }) => result)).toEqual(
      Array.from({ length: 100 }, (_, index) => `text ${String(index)}`),
    );
    const starts = home.starts();
    expect(starts).toHaveLength(1);
    expect(starts.filter(isAlive)).toEqual(starts);
    await pool.close();
    expect(starts.filter(isAlive)).toEqual([]);
  });

  test('gets and answers integers with all of their digits', async () => {
    const { call } = bench(fixtureServer());
    expect((await call('number', { id: 1458059302022549698n })).result).toEqual({
      id: 1458059302022549698n,
      version: 1.5,
    });
  });

  test('reports its progress', async () => {
    const { call, progress } = bench(fixtureServer());
    expect((await call('progress')).result).toBe('done');
    expect(progress).toEqual([
      { node: 'n', progress: 1, total: 2, message: 'step 1' },
      { node: 'n', progress: 2, total: 2, message: 'step 2' },
    ]);
  });

  test('sees the variables of its configuration, and no others but those that every program needs', async () => {
    const { home, call } = bench(fixtureServer('good', { GIVEN: '${PATH} and ${UNSET:-a default}' }));
    const { result } = await call('environment');
    const { PATH = '', GIVEN, PFLOW_HOME, HOME } = result as Record<string, string>;
    expect({ GIVEN, PFLOW_HOME, HOME }).toEqual({
      GIVEN: `${PATH} and a default`,
      PFLOW_HOME: undefined,
      HOME: home.folder,
    });
  });

  test('that floods stderr is read to the end', async () => {
    const { call } = bench(fixtureServer('flood'));
    expect((await call('echo', { text: 'heard' })).result).toBe('heard');
  });
});

describe('a failure', () => {
  test.each([
    ['exit', 'ended: exit code 3', 'stderr: cannot start: no database'],
    ['die', 'ended: exit code 7', 'stderr: about to die'],
    ['wrong-form', 'answered in a form that is not that of MCP', undefined],
  ])('of a server that is in mode %s names it, with its stderr', async (mode, problem, detail) => {
    const { home, call } = bench(fixtureServer(mode));
    const { message, code, details, retryable, mayHaveActed } = await failureOf(call('echo', { text: 'x' }));
    expect({ message, code, retryable }).toEqual({
      message: `the MCP server one ${problem}`,
      code: 'MCP_SERVER_FAILED',
      retryable: true,
    });
    expect(mayHaveActed).toBe(mode === 'die');
    if (detail !== undefined) expect(details.some((line) => line.startsWith(detail))).toBe(true);
    expect(home.starts().filter(isAlive)).toEqual([]);
  });

  test('of a server that dies does not keep the next call from starting it again', async () => {
    const { home, call } = bench(fixtureServer('die-once'));
    expect((await failureOf(call('echo'))).message).toBe('the MCP server one ended: exit code 8');
    expect((await failureOf(call('echo'))).message).toBe('the MCP server one ended: exit code 8');
    expect(home.starts()).toHaveLength(2);
  });

  test('is not that of a server which has ended while a child of it still writes its answer', async () => {
    const { call } = bench(fixtureServer('late'));
    holdTimer(2);
    expect((await call('echo')).result).toBe('late');
  });

  test('comes when nothing more is written by a child that holds the pipes, which is ended', async () => {
    const { home, call } = bench(fixtureServer('held'));
    const end = holdTimer(2);
    const failure = failureOf(call('echo'));
    let message: string | undefined;
    void failure.then((error) => ({ message } = error));
    await expect
      .poll(() => {
        end();
        return message;
      })
      .toBe('the MCP server one ended: exit code 9');
    await expect.poll(() => home.starts().filter(isAlive)).toEqual([]);
  });

  test('of a server that reports on stdout shows its last line, and where reports belong', async () => {
    const answered = join(temporaryFolder(), 'answered');
    const command = 'while read -r line; do echo "<html>"; touch "$0"; done';
    const { call } = bench({ command: 'sh', args: ['-c', command, answered] });
    const end = holdTimer(2);
    const failure = failureOf(call('echo', {}, { timeout_s: 2 }));
    await expect.poll(() => existsSync(answered)).toBe(true);
    // What is in a pipe is read in this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    end();
    const { message, code, details, hint } = await failure;
    expect({ message, code, details, hint }).toEqual({
      message: 'the MCP server one did not start within 2 s',
      code: 'NODE_TIMEOUT',
      details: ['it wrote a line to stdout that is not an MCP message: <html>'],
      hint: 'On stdout a server writes messages of MCP only: its reports belong on stderr.',
    });
  });

  test('at the time limit of the node names the server and has its stderr', async () => {
    const { call } = bench(fixtureServer('flood'));
    await call('echo', { text: 'started' });
    const deadline = new Deadline(new AbortController().signal, 0.2);
    const late = await failureOf(call('slow', {}, { signal: deadline.signal, timeout_s: 60 }));
    expect(late.details[0]).toBe('the MCP server one did not answer slow');
    expect(late.details[1]).toMatch(/^stderr: …?(?:noise )*noise/u);
  });

  test('of a server that hangs leaves neither it nor its children, though it ignores SIGTERM', async () => {
    const { home, pool, call } = bench(fixtureServer('hang'));
    const end = holdTimer(1);
    const failure = failureOf(call('echo', {}, { timeout_s: 1 }));
    await expect.poll(() => home.starts().length).toBe(1);
    end();
    const { message, code } = await failure;
    expect({ message, code }).toEqual({
      message: 'the MCP server one did not start within 1 s',
      code: 'NODE_TIMEOUT',
    });
    await pool.close();
    expect(home.starts()).toHaveLength(1);
    expect(home.starts().filter(isAlive)).toEqual([]);
  });

  test('of one call keeps the connection for the others', async () => {
    const { home, call } = bench(fixtureServer());
    await call('echo', { text: 'started' });
    const late = await failureOf(call('slow', {}, { timeout_s: 0.5 }));
    expect(late.message).toBe('the MCP server one did not answer slow within 0.5 s');
    expect(late.mayHaveActed).toBe(true);
    expect((await call('echo', { text: 'still there' })).result).toBe('still there');
    expect(home.starts()).toHaveLength(1);
  });

  test('that the tool reports has its text', async () => {
    const { call } = bench(fixtureServer());
    const failure = await failureOf(call('fail', { text: 'the disk is full' }, { isReading: true }));
    expect(failure).toMatchObject({
      message: 'fail of the MCP server one failed: not possible: the disk is full',
      code: 'MCP_TOOL_FAILED',
      mayHaveActed: false,
    });
  });

  test('for a tool that is gone names the way out', async () => {
    const { call } = bench(fixtureServer('good', { TOOLS: 'other' }));
    expect(await failureOf(call('echo'))).toMatchObject({
      message: 'the MCP server one has no tool "echo" any more',
      code: 'MCP_TOOL_UNKNOWN',
      hint: 'Read its tools again: pflow mcp sync one',
    });
  });

  test('for an answer beyond the limit is not part of the answer', async () => {
    const { call } = bench(fixtureServer());
    const within = await call('large', { bytes: 1024 * 1024 });
    expect(String(within.result)).toHaveLength(1024 * 1024);
    const failure = await failureOf(call('large', { bytes: 17 * 1024 * 1024 }));
    expect(failure).toMatchObject({
      message: 'the MCP server one answered with more than 16 MiB',
      code: 'MCP_RESULT_TOO_LARGE',
    });
  });

  test('for a line without an end comes before the memory is full', async () => {
    const { home, call } = bench(fixtureServer('endless'));
    expect((await failureOf(call('echo'))).code).toBe('MCP_RESULT_TOO_LARGE');
    expect(home.starts().filter(isAlive)).toEqual([]);
  });

  test.each([
    [{ command: 'no-such-command-here' }, 'cannot be started: there is no command "no-such-command-here"'],
    [
      { command: process.execPath, cwd: '/no/such/folder' },
      `cannot be started: there is no command ${JSON.stringify(process.execPath)}, or the folder /no/such/folder does not exist`,
    ],
    [{ url: 'ftp://files.example' }, 'has a url in mcp.json that is not an address of http or https'],
  ])('of a server that cannot be started is not repeated: %j', async (server, problem) => {
    const { call } = bench(server);
    expect(await failureOf(call('echo'))).toMatchObject({
      message: `the MCP server one ${problem}`,
      code: 'MCP_SERVER_FAILED',
      retryable: false,
    });
  });
});

test('an abort ends a call with its reason, also while its server starts', async () => {
  for (const mode of ['good', 'hang']) {
    const { call } = bench(fixtureServer(mode));
    const controller = new AbortController();
    const calling = call('slow', {}, { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(calling).rejects.toBe(reason);
  }
});
