// Invariant: a client of `pflow mcp serve` gets what the commands print, behind the same gate; no run is left in doubt,
// and nothing is left running when the client is gone.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ElicitRequestSchema,
  type CallToolResult,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cleanEnvironment, PROGRAM, runCli } from '../support/cli.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { ECHO, eventsIn, workbench } from '../support/workbench.ts';

const GREET = {
  description: 'Greets somebody.',
  inputs: { name: { type: 'string', description: 'whom' }, id: { type: 'integer', default: 7 } },
  nodes: [{ id: 'hello', type: 'echo', params: { message: 'hello ${name}', data: '${id}' } }],
  outputs: { text: { source: '${hello.echo}' }, id: { source: '${hello.data}' } },
};
const SLEEP = { nodes: [{ id: 'nap', type: 'shell', params: { command: 'sleep 60', timeout_s: 100 } }] };

const folder = mkdtempSync(join(tmpdir(), 'pflow-'));
let client: Client;

async function connect(cwd: string, elicit?: (message: string) => ElicitResult): Promise<Client> {
  const capabilities = elicit === undefined ? {} : { elicitation: {} };
  const connected = new Client({ name: 'test', version: '1' }, { capabilities });
  if (elicit !== undefined) {
    connected.setRequestHandler(ElicitRequestSchema, ({ params: { message } }) => elicit(message));
  }
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp', 'serve'],
    env: cleanEnvironment(cwd),
    cwd,
    stderr: 'ignore',
  });
  await connected.connect(transport);
  return connected;
}

beforeAll(async () => {
  mkdirSync(join(folder, '.pflow/workflows'), { recursive: true });
  writeFileSync(join(folder, '.pflow/workflows/greet.json'), JSON.stringify(GREET));
  writeFileSync(join(folder, 'echo.json'), JSON.stringify(ECHO));
  writeFileSync(join(folder, 'sleep.json'), JSON.stringify(SLEEP));
  client = await connect(folder);
});

afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call(name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> {
  return (await client.callTool({ name, arguments: args })) as CallToolResult;
}

interface RunDocument {
  readonly result: unknown;
  readonly status: string;
  readonly execution_id: string;
  readonly error?: { readonly code: string };
}

function documentOf({ structuredContent }: CallToolResult): RunDocument {
  return structuredContent as unknown as RunDocument;
}

function logOf({ content }: CallToolResult): string {
  const link = content.find(({ type }) => type === 'resource_link') as { readonly uri: string } | undefined;
  return fileURLToPath(link?.uri ?? 'file:///none');
}

test('the tools are the commands, and each saved workflow with its inputs', async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      ...[
        'list_workflows',
        'describe_workflow',
        'validate',
        'runs',
        'show',
        'run',
        'plan',
        'runs',
        'show',
        'cost',
        'spend',
        'verify',
      ],
      'run_greet',
    ]) as unknown,
  );
  const states = ['success', 'failed', 'interrupted', 'paused', 'denied', 'incomplete', 'running'];
  expect(tools.find(({ name }) => name === 'runs')?.inputSchema.properties).toMatchObject({
    status: { enum: states },
  });
  expect(tools.find(({ name }) => name === 'run_greet')).toMatchObject({
    description: 'Greets somebody.',
    inputSchema: {
      properties: { name: { type: 'string', description: 'whom' }, id: { type: 'integer', default: 7 } },
      required: ['name'],
    },
  });
});

test('a run answers with its document and a link to its log, which the other tools read', async () => {
  const ran = await call('run_greet', { name: 'you', id: 3 });
  expect(documentOf(ran)).toMatchObject({ result: { text: 'hello you', id: 3 }, status: 'success' });
  expect(ran.isError).toBeUndefined();
  const log = logOf(ran);
  expect(eventsIn(log)[0]?.run).toBe(documentOf(ran).execution_id);
  const { uri } = ran.content.find(({ type }) => type === 'resource_link') as { readonly uri: string };
  const { contents } = await client.readResource({ uri });
  expect((contents[0] as { readonly text: string }).text).toBe(readFileSync(log, 'utf8'));
  const run = documentOf(ran).execution_id;
  expect(JSON.stringify((await call('runs', { workflow: 'greet' })).structuredContent)).toContain(run);
  expect(JSON.stringify((await call('show', { run })).structuredContent)).toContain('success');
  await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow('no resource');

  for (const [tool, args, words] of [
    ['verify', { log }, ['verify', '--json', log]],
    ['cost', { log }, ['replay', log, '--project', 'cost']],
    ['spend', { log, by: 'model' }, ['spend', log, '--by', 'model', '--json']],
    ['validate', { workflow: 'echo.json' }, ['validate', 'echo.json', '--json']],
    ['describe_workflow', { name: 'greet' }, ['workflow', 'show', 'greet', '--json']],
  ] as const) {
    const printed = await runCli([...words], { cwd: folder });
    expect([printed.code, (await call(tool, args)).content[0]], tool).toEqual([
      0,
      { type: 'text', text: printed.stdout },
    ]);
  }
});

test('what fails is an error with the document of the command', async () => {
  const missing = await call('run', { workflow: 'nothing.json' });
  expect([missing.isError, documentOf(missing).error?.code]).toEqual([true, 'FILE_NOT_FOUND']);
  expect((await call('unheard_of')).isError).toBe(true);
  expect((await call('run', {})).content).toEqual([
    { type: 'text', text: 'run takes either a workflow or a sentence. Give one of them.' },
  ]);
  expect((await call('verify', { log: '-' })).isError).toBe(true);
});

test('no argument is read as a flag', async () => {
  for (const args of [
    { workflow: '--help' },
    { workflow: 'echo.json', inputs: { '--log': 'elsewhere' } },
    { workflow: 'echo.json', model: 'x --yes', inputs: { '-o': 'greeting' } },
  ]) {
    const { isError, structuredContent } = await call('run', args);
    const { error } = structuredContent as unknown as RunDocument;
    expect([isError, error?.code === 'FILE_NOT_FOUND' || error?.code === 'INPUT_INVALID']).toEqual([
      true,
      true,
    ]);
  }
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false);
});

test('with wait: false it answers with the id at once, and the log has the end', async () => {
  const started = await call('run', { workflow: 'echo.json', wait: false });
  expect(started.structuredContent).toEqual({
    execution_id: expect.any(String) as unknown,
    status: 'running',
    log: logOf(started),
  });
  await expect.poll(() => eventsIn(logOf(started)).at(-1)?.type).toBe('run.completed');
});

test('a client that gives up ends the run, and its log has that status', async () => {
  const controller = new AbortController();
  const messages: string[] = [];
  const running = client.callTool({ name: 'run', arguments: { workflow: 'sleep.json' } }, undefined, {
    signal: controller.signal,
    onprogress: ({ message = '' }) => {
      messages.push(message);
      controller.abort(new Error('the client has no more time'));
    },
  });
  await expect(running).rejects.toThrow('no more time');
  const [, run = '', path = ''] = /^run (\S+) has started; its log: (.+)$/u.exec(messages[0] ?? '') ?? [];
  await expect
    .poll(() => eventsIn(path).at(-1))
    .toMatchObject({
      type: 'run.completed',
      run,
      data: { status: 'interrupted' },
    });
  expect(documentOf(await call('run', { workflow: 'echo.json' })).status).toBe('success');
});

describe('a plan that writes and runs something', () => {
  const COUNT = {
    sentence: 'count the lines of fixtures/inputs/meeting.txt and write the number to count.txt',
    inputs: { output_file: 'count.txt' },
    answers: join(FIXTURES, 'logs/v1/planned-count.ndjson'),
  };

  async function runCount(
    elicit: ((message: string) => ElicitResult) | undefined,
    more: Record<string, unknown> = {},
  ): Promise<{ readonly ran: CallToolResult; readonly isWritten: boolean }> {
    const bench = workbench();
    bench.write('fixtures/inputs/meeting.txt', readFileSync(join(FIXTURES, 'inputs/meeting.txt'), 'utf8'));
    const connected = await connect(bench.folder, elicit);
    onTestFinished(() => connected.close());
    const ran = (await connected.callTool({
      name: 'run',
      arguments: { ...COUNT, ...more },
    })) as CallToolResult;
    return { ran, isWritten: existsSync(bench.path('count.txt')) };
  }

  test('is refused by a client that cannot prompt, with what to pass', async () => {
    const { ran, isWritten } = await runCount(undefined);
    expect([ran.isError, documentOf(ran).error?.code, isWritten]).toEqual([true, 'PLAN_UNCONFIRMED', false]);
    expect(JSON.stringify(ran.content)).toContain(
      'call run again with the same sentence and \\"yes\\": true',
    );
  });

  test('runs after a yes of the person, who has seen it', async () => {
    let seen = '';
    const { ran, isWritten } = await runCount((message) => {
      seen = message;
      return { action: 'accept', content: { run: true } };
    });
    expect(seen).toContain('count  shell  ! runs a command');
    expect([documentOf(ran).status, isWritten]).toEqual(['success', true]);
  });

  test('does not run after any other answer', async () => {
    const { ran, isWritten } = await runCount(() => ({ action: 'accept', content: { run: false } }));
    expect([documentOf(ran).error?.code, isWritten]).toEqual(['PLAN_UNCONFIRMED', false]);
  });
});

test('stdout holds only the protocol, and a client that dies leaves no run and a whole log', async () => {
  const bench = workbench();
  bench.write('sleep.json', SLEEP);
  const child = spawn(process.execPath, [PROGRAM, 'mcp', 'serve', '--log', 'logs'], {
    cwd: bench.folder,
    env: cleanEnvironment(bench.folder),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const clientInfo = { name: 'raw', version: '1' };
  child.stdin.write('this is not a message\n');
  send({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
  });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/call', params: { name: 'run', arguments: { workflow: 'sleep.json' } } });
  await expect.poll(() => /^run {4}\S+ {2}(\S+)$/mu.exec(stderr)?.[1]).toBeDefined();
  const log = join(bench.folder, /^run {4}\S+ {2}(\S+)$/mu.exec(stderr)?.[1] ?? '');
  child.stdin.end();
  expect(await ended).toBe(0);
  expect(eventsIn(log).at(-1)).toMatchObject({ type: 'run.completed', data: { status: 'interrupted' } });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { jsonrpc: string }).jsonrpc)).toEqual(
    lines.map(() => '2.0'),
  );
  expect(stderr).toContain('a line on stdin is not an MCP message');
});
