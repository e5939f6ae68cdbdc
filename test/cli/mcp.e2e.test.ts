// Invariant: tools of real MCP servers are node types: described offline, checked before the run, called in it, and
// nothing is left running. Every mistake has its error and its exit code.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment, PROGRAM, runCli, type CliRun } from '../support/cli.ts';
import {
  fixtureServer,
  isAlive,
  mcpHome,
  packageServer,
  WITHOUT_SDK,
  type McpHome,
} from '../support/mcp-home.ts';
import { documentOf, eventsIn, expectJsonError, expectTextError } from '../support/workbench.ts';

interface Bench extends McpHome {
  readonly run: (...args: readonly string[]) => Promise<CliRun>;
  readonly configure: (servers: Readonly<Record<string, unknown>>) => void;
  readonly write: (name: string, content: unknown) => string;
}

function bench(
  config: string | Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): Bench {
  const home = mcpHome(config);
  return {
    ...home,
    run: (...args) => runCli(args, { cwd: home.folder, env: { ...home.env, ...env } }),
    configure(servers) {
      writeFileSync(join(home.env['PFLOW_HOME'] ?? '', 'mcp.json'), JSON.stringify({ mcpServers: servers }));
    },
    write(name, content) {
      const path = join(home.folder, name);
      writeFileSync(path, JSON.stringify(content));
      return path;
    },
  };
}

const node = (id: string, type: string, params: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  type,
  params,
});

test('tools of the servers of npm are synced, listed, described, checked and called', async () => {
  const { folder, run, write } = bench({
    files: packageServer('server-filesystem', ['${HOME}']),
    all: packageServer('server-everything'),
    memory: packageServer('server-memory', [], { MEMORY_FILE_PATH: '${HOME}/memory.jsonl' }),
  });
  const before = await run('mcp', 'list', '--json');
  expect(JSON.parse(before.stdout)).toMatchObject({
    servers: [{ server: 'files', transport: 'stdio', tools: null, synced_at: null, is_stale: false }, {}, {}],
  });
  const synced = await run('mcp', 'sync');
  expect([synced.code, synced.stderr]).toEqual([0, '']);
  expect(synced.stdout).toMatch(
    /^synced {2}files {3}14 tools\nsynced {2}all {5}13 tools\nsynced {2}memory {2}9 tools\n$/u,
  );

  const described = JSON.parse(
    (await run('registry', 'describe', 'mcp-files-read_text_file', '--json')).stdout,
  ) as {
    readonly module: string;
    readonly params: { readonly required: readonly string[] };
  };
  expect([described.module, described.params.required]).toEqual(['MCP server files', ['path']]);
  const tools = JSON.parse((await run('mcp', 'tools', 'memory', '--json')).stdout) as {
    readonly tools: readonly { readonly type: string; readonly is_read_only: boolean }[];
  };
  expect(tools.tools.filter(({ is_read_only }) => is_read_only).map(({ type }) => type)).toEqual([
    'mcp-memory-read_graph',
    'mcp-memory-search_nodes',
    'mcp-memory-open_nodes',
  ]);

  write('wrong.json', {
    nodes: [
      node('a', 'mcp-files-read_txt_file', { path: 'x' }),
      node('b', 'mcp-all-get-structured-content', { location: 'Berlin' }),
      node('c', 'mcp-all-echo', { mesage: 'x' }),
    ],
  });
  const invalid = expectTextError(await run('validate', 'wrong.json'), 2, 'WORKFLOW_INVALID').join('\n');
  expect(invalid).toContain('did you mean "mcp-files-read_text_file"?');
  expect(invalid).toContain('nodes[1].params.location: must be one of "New York", "Chicago", "Los Angeles"');
  expect(invalid).toContain(
    'unknown param "mesage" of mcp-all-echo; available: message; did you mean "message"?',
  );

  write('run.json', {
    inputs: { text: { type: 'string' } },
    nodes: [
      node('write', 'mcp-files-write_file', { path: join(folder, 'note.txt'), content: '${text}' }),
      node('read', 'mcp-files-read_text_file', { path: join(folder, 'note.txt') }),
      node('remember', 'mcp-memory-create_entities', {
        entities: [{ name: 'note', entityType: 'file', observations: ['${read.result.content}'] }],
      }),
      node('sum', 'mcp-all-get-sum', { a: 1, b: 2 }),
      node('image', 'mcp-all-get-tiny-image'),
      node('graph', 'mcp-memory-read_graph'),
    ],
    outputs: {
      entities: { source: '${graph.result.entities}' },
      sum: { source: '${sum.result}' },
      image: { source: '${image.result[1].mime_type}' },
    },
  });
  const ran = await run(
    'run',
    'run.json',
    'text=remember me',
    '--output-format',
    'json',
    '--log',
    'run.ndjson',
  );
  expect(ran.code).toBe(0);
  expect(documentOf(ran).result).toEqual({
    entities: [{ name: 'note', entityType: 'file', observations: ['remember me'] }],
    sum: 'The sum of 1 and 2 is 3.',
    image: 'image/png',
  });
  expect(readFileSync(join(folder, 'note.txt'), 'utf8')).toBe('remember me');
  expect(eventsIn(join(folder, 'run.ndjson')).at(-1)?.type).toBe('run.completed');
});

describe('a failure of a server in a run', () => {
  const SECRET = 'a-value-that-no-log-may-show';

  test('is that of its node: an error edge goes on, without one the run fails, and its secrets are redacted', async () => {
    const { folder, run, write, starts } = bench(
      {
        good: fixtureServer(),
        dies: { ...fixtureServer('die', { TOKEN: '${MODE_KEY}' }) },
      },
      { MODE_KEY: SECRET },
    );
    expect((await run('mcp', 'sync')).code).toBe(0);
    const nodes = [
      node('one', 'mcp-good-fail', { text: 'no space' }),
      node('two', 'echo', { message: '${one.error}' }),
      node('three', 'mcp-dies-echo', { text: 'x' }),
    ];
    write('run.json', {
      nodes,
      edges: [
        { from: 'one', to: 'two', action: 'error' },
        { from: 'two', to: 'three' },
      ],
    });
    const failed = await run('run', 'run.json', '--output-format', 'json', '--log', 'run.ndjson');
    const error = expectJsonError(failed, 1, 'MCP_SERVER_FAILED');
    expect(error).toMatchObject({
      node_id: 'three',
      message: 'node "three": the MCP server dies ended: exit code 7',
      details: ['stderr: about to die, token <redacted:MODE_KEY>'],
    });
    const log = readFileSync(join(folder, 'run.ndjson'), 'utf8');
    expect(log).toContain('fail of the MCP server good failed: not possible: no space');
    expect(log + failed.stderr + failed.stdout).not.toContain(SECRET);
    expect(eventsIn(join(folder, 'run.ndjson')).at(-1)?.type).toBe('run.completed');
    expect(starts()).toHaveLength(4);
    expect(starts().filter(isAlive)).toEqual([]);
  });

  test('does not come before anything ran where the configuration is the reason', async () => {
    const { folder, run, write, configure } = bench({ one: fixtureServer() });
    expect((await run('mcp', 'sync')).code).toBe(0);
    write('run.json', {
      nodes: [node('a', 'shell', { command: 'touch ran' }), node('b', 'mcp-one-echo', { text: 'x' })],
    });
    configure({ one: fixtureServer('good', { A: '${NEEDED}' }) });
    expectTextError(await run('run', 'run.json'), 2, 'MCP_CONFIG_INVALID');
    configure({ other: fixtureServer() });
    const gone = expectTextError(await run('run', 'run.json'), 2, 'WORKFLOW_INVALID');
    expect(gone.join('\n')).toContain('its servers: other');
    expect(() => readFileSync(join(folder, 'ran'))).toThrow('ENOENT');
  });
});

test('an interrupted run ends its servers, also one that hangs, and its log is whole', async () => {
  const { folder, env, run, write, starts } = bench({ one: fixtureServer() });
  expect((await run('mcp', 'sync')).code).toBe(0);
  write('run.json', { nodes: [node('a', 'mcp-one-slow')] });
  const child = spawn(process.execPath, [PROGRAM, 'run', 'run.json', '--log', 'run.ndjson', '--verbose'], {
    cwd: folder,
    env: { ...cleanEnvironment(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  await expect.poll(() => starts().length).toBe(2);
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  const events = eventsIn(join(folder, 'run.ndjson'));
  expect(events.at(-1)).toMatchObject({ type: 'run.completed', data: { status: 'interrupted' } });
  expect(starts().filter(isAlive)).toEqual([]);
});

describe('pflow mcp', () => {
  test('syncs the servers that work, and fails for the others with what they wrote', async () => {
    const { run, starts, configure } = bench({
      good: fixtureServer(),
      exits: fixtureServer('exit'),
      absent: { command: 'no-such' },
      // What is written to it is lost before it has ended.
      closes: { command: 'sh', args: ['-c', 'exec <&-; sleep 0.1; echo no licence >&2; exit 4'] },
    });
    const { code, stdout } = await run('mcp', 'sync', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      servers: [
        { server: 'good', tools: 10, removed: [], changed: [] },
        {
          server: 'exits',
          error: {
            code: 'MCP_SERVER_FAILED',
            message: 'the MCP server exits ended: exit code 3',
            details: [expect.stringContaining('stderr: cannot start: no database')],
          },
        },
        { server: 'absent', error: { code: 'MCP_SERVER_FAILED' } },
        {
          server: 'closes',
          error: { message: 'the MCP server closes ended: exit code 4', details: ['stderr: no licence'] },
        },
      ],
    });
    const again = await run('mcp', 'sync', 'good');
    expect(again.stdout).toBe('synced  good  10 tools\n');
    configure({ good: fixtureServer('good', { TOOLS: 'echo,new' }) });
    expect((await run('mcp', 'list')).stdout).toContain('just now, changed since');
    expect((await run('mcp', 'sync')).stdout).toMatch(
      /^synced {2}good {2}2 tools; new: new; gone: number, fail/u,
    );
    expect(starts().filter(isAlive)).toEqual([]);
  });

  test.each<[string, readonly string[], number, string, string]>([
    ['{"mcpServers": {"a": {}}}', ['mcp', 'list'], 2, 'MCP_CONFIG_INVALID', 'neither a command nor a url'],
    ['{"mcpServers": {}}', ['mcp', 'sync', 'files'], 2, 'MCP_SERVER_UNKNOWN', 'has no server "files"'],
    ['{"mcpServers": {}}', ['mcp', 'sync'], 2, 'USAGE', 'names no MCP server'],
    ['{"mcpServers": {}}', ['mcp', 'sync', '--timeout', 'x'], 2, 'USAGE', '--timeout takes a number'],
    ['{', ['registry', 'list'], 2, 'MCP_CONFIG_INVALID', 'is not JSON'],
    ['{"mcpServers": {}}', ['registry', 'describe', 'mcp-a-b'], 2, 'NODE_TYPE_UNKNOWN', 'it names no server'],
  ])('with %s: %j ends with %i', async (config, args, exit, code, message) => {
    const lines = expectTextError(await bench(config).run(...args), exit, code);
    expect(lines.join('\n')).toContain(message);
  });

  test('without the package of the SDK names the line that installs it', async () => {
    const { env, folder } = bench({ good: fixtureServer() });
    const hook = join(folder, 'without-sdk.mjs');
    writeFileSync(hook, WITHOUT_SDK);
    const run = await runCli(['mcp', 'sync'], {
      cwd: folder,
      env: { ...env, NODE_OPTIONS: `--import="${hook}"` },
    });
    expect(expectTextError(run, 2, 'MCP_SDK_MISSING').join('\n')).toContain(
      'npm install @modelcontextprotocol/sdk@1',
    );
  });
});
