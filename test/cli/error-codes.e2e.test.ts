// Invariant: every error code can occur on the command line, ends with the exit code that docs/errors.md names,
// and has one heading there; a new code without a case here, or without a heading, fails.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/errors.ts';
import { hashHost } from '../../src/log/write/log-host.ts';
import { hashOf } from '../../src/run/run-events.ts';
import { ROOT } from '../support/cli.ts';
import { WITHOUT_ENGINE } from '../support/fleet.ts';
import { fixtureServer, storedServer, WITHOUT_SDK } from '../support/mcp-home.ts';
import { GOOD_ANSWERS, plannerRules, SENTENCE, type PlannerAnswers } from '../support/planner-script.ts';
import type { Behaviour } from '../support/provider/script.ts';
import {
  ECHO,
  expectJsonError,
  expectReplayError,
  testProvider,
  expectTextError,
  workbench,
} from '../support/workbench.ts';

interface Case {
  /** By name; every value but a string becomes JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly provider?: Behaviour;
  readonly planner?: PlannerAnswers;
  readonly env?: Readonly<Record<string, string>>;
  /** Commands that run first, and succeed. */
  readonly before?: readonly (readonly string[])[];
  readonly args: readonly string[];
  /** The case changes a limit of its process. */
  readonly ownProcess?: boolean;
  readonly exit: number;
}

const MODEL = 'openai/gpt-4o-mini';

function callingModel(model: string | undefined = MODEL): unknown {
  return {
    inputs: { topic: { default: 'x' } },
    nodes: [{ id: 'call', type: 'llm', params: { model, prompt: 'About ${topic}' }, retry: { max: 1 } }],
  };
}

function node(type: string, params: unknown, more: object = {}): unknown {
  return { nodes: [{ id: 'one', type, params, ...more }] };
}

/** A value from node `one` in a param of node `two`. */
function passedOn(data: unknown, type: string, params: unknown): unknown {
  return {
    nodes: [
      { id: 'one', type: 'echo', params: { data } },
      { id: 'two', type, params },
    ],
  };
}

function failingWith(provider: Behaviour): Case {
  return { files: { 'flow.json': callingModel() }, provider, args: ['run', 'flow.json'], exit: 1 };
}

function planning(planner: PlannerAnswers, exit: number): Case {
  return { planner, args: [SENTENCE], exit };
}

function replaying(log: unknown, exit: number, flags: readonly string[] = []): Case {
  return {
    files: { 'run.ndjson': log, 'prices.json': { 'gpt-4o': { input: -1, output: 1 } } },
    args: ['replay', 'run.ndjson', '--project', 'metrics', ...flags],
    exit,
  };
}

/** A run that calls a tool of the fixture server; `mode` is what that does. */
function callingTool(tool: string, mode: string, exit: number): Case {
  const server = fixtureServer(mode, { TOOLS: '${TOOLS}' });
  return {
    files: {
      'hook.mjs': WITHOUT_SDK,
      '.pflow/mcp.json': { mcpServers: { one: server } },
      '.pflow/mcp/one.json': storedServer('one', ['echo', 'fail', 'gone']),
      'flow.json': node(`mcp-one-${tool}`, {}),
    },
    env: { TOOLS: 'echo,fail' },
    args: ['run', 'flow.json'],
    exit,
  };
}

/** Returns a log as a person might write it by hand. */
function handMade(format: number, ...types: readonly string[]): string {
  const run = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b';
  const frame = { run, at: '2026-11-22T09:30:00.123Z', ms: 0 };
  const data = {
    format,
    pflow: '9.0.0',
    node_version: '20.19.0',
    level: 'metrics',
    workflow: null,
    source: 'file',
  };
  const lines = [
    { type: 'run.started', seq: 0, ...frame, data },
    ...types.map((type, index) => ({ type, seq: index + 1, ...frame, data: {} })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

const GOOD_LOG = handMade(1);

const STEPS = { nodes: ['a', 'b'].map((id) => ({ id, type: 'echo', params: { message: id } })) };
const EARLIER = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0c';

/** The log of a run without an end. `started` changes its first event, `events` follow it. */
function earlierLog(
  started: Readonly<Record<string, unknown>> = {},
  events: readonly Readonly<Record<string, unknown>>[] = [],
  ir: Readonly<Record<string, unknown>> = STEPS,
): string {
  const { run = EARLIER, ...facts } = started;
  const frame = { run, at: new Date().toISOString(), ms: 0 };
  const data = {
    ...{ format: 1, pflow: '1.0.0', node_version: '20.19.0', level: 'trace', source: 'file' },
    ...{ workflow: { name: 'steps', hash: hashOf(ir) }, ...facts },
    ...{ inputs: facts['inputs'] ?? {}, ir },
  };
  const store = { type: 'store.changed', phase: 'workflow', data: { patches: [] } };
  const all = [{ type: 'run.started', data }, store, ...events];
  return all
    .map(({ type, ...rest }, seq) => `${JSON.stringify({ type, seq, ...frame, ...rest })}\n`)
    .join('');
}

function ofNode(type: string, node: string, data: object = {}): Readonly<Record<string, unknown>> {
  return { type, phase: 'workflow', node, data: { node_type: 'echo', ...data } };
}

function resuming(log: string, flags: readonly string[] = [], files: Case['files'] = {}): Case {
  return { files: { ...files, 'run.ndjson': log }, args: ['resume', 'run.ndjson', ...flags], exit: 2 };
}

const SHELL = { nodes: [{ id: 'a', type: 'shell', params: { command: 'true' } }] };
const APPROVED = { nodes: [{ id: 'n', type: 'echo', approval: 'required' }] };

const CASES: Readonly<Record<ErrorCode, Case>> = {
  USAGE: { args: ['run', 'flow.json', '--unheard-of'], exit: 2 },
  FILE_NOT_FOUND: { args: ['run', 'nothing.json'], exit: 2 },
  FILE_UNREADABLE: { args: ['run', '.'], exit: 2 },
  FILE_UNWRITABLE: replaying(GOOD_LOG, 1, ['--output', 'no/where.json']),
  WORKFLOW_INVALID: { files: { 'flow.json': { nodes: [] } }, args: ['run', 'flow.json'], exit: 2 },
  WORKFLOW_EXISTS: {
    files: { 'flow.json': ECHO },
    before: [['workflow', 'save', 'flow.json']],
    args: ['workflow', 'save', 'flow.json'],
    exit: 2,
  },
  NODE_MODULE_INVALID: {
    files: { 'flow.json': ECHO, 'own.mjs': 'export const a = 1;' },
    args: ['run', 'flow.json', '--nodes', 'own.mjs'],
    exit: 2,
  },
  NODE_TYPE_UNKNOWN: { args: ['registry', 'describe', 'unheard-of'], exit: 2 },
  MCP_CONFIG_INVALID: { ...callingTool('echo', 'good', 2), env: { TOOLS: '' } },
  MCP_SERVER_UNKNOWN: { args: ['mcp', 'sync', 'unheard-of'], exit: 2 },
  MCP_SDK_MISSING: {
    ...callingTool('echo', 'good', 2),
    env: { TOOLS: 'echo', NODE_OPTIONS: '--import=./hook.mjs' },
  },
  MCP_SERVER_FAILED: callingTool('echo', 'exit', 1),
  MCP_TOOL_UNKNOWN: callingTool('gone', 'good', 1),
  MCP_TOOL_FAILED: callingTool('fail', 'good', 1),
  MCP_RESULT_TOO_LARGE: callingTool('echo', 'endless', 1),
  INPUT_MISSING: {
    files: {
      'flow.json': {
        ...ECHO,
        inputs: { a: {} },
        nodes: [{ id: 'hello', type: 'echo', params: { data: '${a}' } }],
      },
    },
    args: ['run', 'flow.json'],
    exit: 2,
  },
  INPUT_INVALID: { files: { 'flow.json': ECHO }, args: ['run', 'flow.json', 'unheard=of'], exit: 2 },
  TEMPLATE_UNRESOLVED: {
    files: { 'flow.json': passedOn({ a: 1 }, 'echo', { message: '${one.data.b}' }) },
    args: ['run', 'flow.json'],
    exit: 1,
  },
  NODE_PARAMS_INVALID: {
    files: { 'flow.json': passedOn({ a: 1 }, 'read-file', { file_path: '${one.data}' }) },
    args: ['run', 'flow.json'],
    exit: 1,
  },
  NODE_FAILED: {
    files: { 'flow.json': node('shell', { command: 'exit 3' }) },
    args: ['run', 'flow.json'],
    exit: 1,
  },
  NODE_TIMEOUT: {
    files: { 'flow.json': node('shell', { command: 'sleep 60', timeout_s: 0.1 }) },
    args: ['run', 'flow.json'],
    exit: 1,
  },
  LOOP_LIMIT: {
    files: {
      'flow.json': {
        nodes: ['a', 'b'].map((id) => ({ id, type: 'echo' })),
        edges: [
          { from: 'a', to: 'a' },
          { from: 'a', to: 'b', action: 'error' },
        ],
      },
    },
    args: ['run', 'flow.json'],
    exit: 1,
  },
  APPROVAL_REQUIRED: { files: { 'flow.json': APPROVED }, args: ['run', 'flow.json'], exit: 5 },
  APPROVAL_DENIED: { files: { 'flow.json': APPROVED }, args: ['run', 'flow.json', '--deny', 'n'], exit: 1 },
  RUN_TIMEOUT: {
    files: { 'flow.json': node('shell', { command: 'sleep 60' }) },
    args: ['run', 'flow.json', '--timeout', '0.2'],
    exit: 1,
  },
  MAX_COST_REACHED: {
    files: { 'flow.json': callingModel() },
    provider: { do: 'answer' },
    args: ['run', 'flow.json', '--max-cost', '0'],
    exit: 4,
  },
  COST_UNKNOWN: {
    files: {
      'flow.json': {
        nodes: ['one', 'two'].map((id) => ({
          id,
          type: 'llm',
          params: { model: 'openai/gpt-4o-mini', prompt: id },
        })),
      },
    },
    provider: { do: 'answer', tokens: 'none' },
    args: ['run', 'flow.json', '--max-cost', '1'],
    exit: 4,
  },
  MODEL_UNKNOWN: { files: { 'flow.json': callingModel('unheard/of') }, args: ['run', 'flow.json'], exit: 2 },
  MODEL_KEY_MISSING: { files: { 'flow.json': callingModel() }, args: ['run', 'flow.json'], exit: 2 },
  MODEL_AUTHENTICATION: failingWith({ do: 'status', status: 401 }),
  MODEL_QUOTA: failingWith({ do: 'status', status: 429, type: 'insufficient_quota' }),
  MODEL_RATE_LIMITED: failingWith({ do: 'status', status: 429 }),
  MODEL_OVERLOADED: failingWith({ do: 'status', status: 503 }),
  MODEL_NETWORK: failingWith({ do: 'reset' }),
  MODEL_REQUEST_INVALID: failingWith({ do: 'status', status: 400 }),
  MODEL_REFUSED: failingWith({ do: 'refusal' }),
  MODEL_ANSWER_INVALID: failingWith({ do: 'garbage' }),
  ANSWER_NOT_RECORDED: {
    files: { 'flow.json': callingModel() },
    provider: { do: 'answer' },
    before: [['run', 'flow.json', '--log', 'run.ndjson']],
    args: ['run', 'flow.json', 'topic=y', '--answers', 'run.ndjson'],
    exit: 1,
  },
  PLAN_INVALID: planning({ ...GOOD_ANSWERS, generator: { nodes: [{ id: 'a', type: 'unheard-of' }] } }, 1),
  PLAN_UNCONFIRMED: planning(
    { ...GOOD_ANSWERS, generator: { nodes: [{ id: 'a', type: 'shell', params: { command: 'true' } }] } },
    2,
  ),
  OUTPUT_MISSING: { files: { 'flow.json': ECHO }, args: ['run', 'flow.json', '-o', 'unheard'], exit: 2 },
  INTERRUPTED: {
    files: { 'flow.json': node('shell', { command: 'kill -INT $PPID; sleep 60' }) },
    args: ['run', 'flow.json'],
    exit: 130,
  },
  LOG_EXISTS: {
    files: { 'flow.json': ECHO, 'run.ndjson': '' },
    args: ['run', 'flow.json', '--log', 'run.ndjson'],
    exit: 2,
  },
  LOG_UNWRITABLE: {
    files: { 'flow.json': ECHO },
    args: ['run', 'flow.json', '--log', 'no/where.ndjson'],
    exit: 2,
  },
  LOG_INCOMPLETE: {
    files: {
      'flow.json': {
        nodes: [
          { id: 'full', type: 'shell', params: { command: 'prlimit --pid $PPID --fsize=100' } },
          { id: 'next', type: 'echo' },
        ],
      },
    },
    args: ['run', 'flow.json', '--log', 'logs/', '--log-required'],
    ownProcess: true,
    exit: 3,
  },
  NOT_A_LOG: replaying('hello\n', 2),
  LOG_CORRUPT: replaying(`${GOOD_LOG}hello\n`, 1),
  LOG_EMPTY: replaying('', 1),
  LOG_FORMAT_NEWER: replaying(handMade(2), 1),
  LOG_PARTIAL: replaying(handMade(1, 'node.dreamed'), 1, ['--strict']),
  RUN_UNKNOWN: replaying(GOOD_LOG, 2, ['--run', 'ffff']),
  RUN_SUCCEEDED: resuming(
    earlierLog({}, [{ type: 'run.completed', data: { status: 'success', duration_ms: 1, events: 2 } }]),
  ),
  RUN_ACTIVE: resuming(earlierLog({ pid: process.pid, host: hashHost() })),
  RUN_CONTINUED: resuming(earlierLog(), [], {
    'later.ndjson': earlierLog({
      run: '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0d',
      resumed_from: { run: EARLIER, seq: 1 },
    }),
  }),
  RUN_UNRESUMABLE: resuming(GOOD_LOG),
  NODES_CHANGED: resuming(
    earlierLog({ workflow_path: 'flow.json' }, [
      ofNode('node.started', 'a'),
      ofNode('node.completed', 'a', { action: 'default', duration_ms: 1 }),
    ]),
    ['--from', 'b'],
    { 'flow.json': { nodes: [{ ...STEPS.nodes[0], params: { message: 'changed' } }, STEPS.nodes[1]] } },
  ),
  NODE_NOT_REACHED: resuming(
    earlierLog({ workflow_path: 'flow.json' }, [
      ofNode('node.started', 'a'),
      ofNode('node.completed', 'a', { action: 'default', duration_ms: 1 }),
    ]),
    ['--from', 'b'],
    { 'flow.json': { ...STEPS, edges: [{ from: 'a', to: 'b', action: 'error' }] } },
  ),
  RERUN_UNCONFIRMED: resuming(earlierLog({}, [ofNode('node.started', 'a', { node_type: 'shell' })], SHELL)),
  VALUE_NOT_KEPT: resuming(
    earlierLog({ inputs: { key: '<redacted:key>' }, input_origins: { key: 'given' } }, [], {
      nodes: [{ id: 'a', type: 'echo', params: { message: '${key}' } }],
      inputs: { key: { secret: true } },
    }).replace('"patches":[]', '"patches":[{"op":"add","path":["key"],"value":"<redacted:key>"}]'),
  ),
  PROJECTION_UNKNOWN: { ...replaying(GOOD_LOG, 2), args: ['replay', 'run.ndjson', '--project', 'unheard'] },
  PRICES_INVALID: replaying(GOOD_LOG, 2, ['--pricing', 'prices.json']),
  PRICES_UNAVAILABLE: {
    files: {},
    args: ['prices', 'update', '--from', 'http://127.0.0.1:9/prices.json'],
    exit: 1,
  },
  NO_PRICE: {
    files: { 'flow.json': callingModel('openai/unheard-of') },
    provider: { do: 'answer' },
    before: [['run', 'flow.json', '--log', 'run.ndjson']],
    args: ['replay', 'run.ndjson', '--project', 'cost', '--unknown-model', 'error'],
    exit: 1,
  },
  EXPORT_FAILED: {
    files: { 'run.ndjson': GOOD_LOG },
    args: ['export', 'run.ndjson', '--to', 'otlp', '--endpoint', 'http://127.0.0.1:9'],
    exit: 1,
  },
  // No input is known that triggers a bug of pflow, so the test breaks the clock.
  ENGINE_MISSING: {
    files: { 'without.mjs': WITHOUT_ENGINE },
    env: { NODE_OPTIONS: '--import=./without.mjs' },
    args: ['pull', '-o', 'logs', '--database', 'postgres://127.0.0.1:1/runs'],
    exit: 2,
  },
  DATABASE_UNAVAILABLE: {
    args: ['pull', '-o', 'logs', '--database', 'postgres://pflow:secret@127.0.0.1:1/runs'],
    exit: 1,
  },
  INTERNAL: {
    files: { 'flow.json': ECHO },
    env: { NODE_OPTIONS: "--import=data:text/javascript,Date.now=()=>{throw(new(Error)('no_clock'))}" },
    args: ['run', 'flow.json'],
    exit: 1,
  },
};

test('every code has a case', () => {
  expect(Object.keys(CASES)).toEqual([...ERROR_CODES]);
});

describe.each(Object.entries(CASES))(
  '%s',
  (code, { files = {}, provider, planner, env = {}, before = [], args, ownProcess = false, exit }) => {
    test('occurs on the command line', async () => {
      const rules = planner === undefined ? [] : plannerRules(planner);
      if (provider !== undefined) rules.push({ then: provider });
      const served = rules.length === 0 ? {} : (await testProvider({ rules })).env;
      const bench = workbench({ ...served, ...env });
      for (const [name, content] of Object.entries(files)) bench.write(name, content);
      for (const words of before) expect((await bench.run(words)).code).toBe(0);
      const expectError = args[0] === 'replay' ? expectReplayError : expectTextError;
      expectError(await bench.run(args, { ownProcess }), exit, code);
      if (args[0] === 'run' || planner !== undefined)
        expectJsonError(await bench.run([...args, '--output-format', 'json'], { ownProcess }), exit, code);
    });
  },
);

describe('docs/errors.md', () => {
  const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
  const sections = page.split(/^## /mu).slice(1);

  test('has exactly one heading for each code', () => {
    expect(sections.map((section) => section.split('\n')[0])).toEqual([...ERROR_CODES]);
  });

  test.each(Object.entries(CASES))('names the exit code of %s', (code, { exit }) => {
    const section = sections.find((one) => one.startsWith(`${code}\n`)) ?? '';
    expect(/Exit (\d+)/u.exec(section)?.[1]).toBe(String(exit));
  });
});

test('the stack of an internal error is printed with --verbose only', async () => {
  const { env = {}, args, files = {} } = CASES.INTERNAL;
  const bench = workbench(env);
  for (const [name, content] of Object.entries(files)) bench.write(name, content);
  const quiet = await bench.run(args);
  expect(quiet.stderr).toBe(
    'error INTERNAL: pflow itself failed: no_clock\n  This is a bug in pflow. Please report it with the output of --verbose.\n',
  );
  const verbose = await bench.run([...args, '--verbose']);
  expect(verbose.code).toBe(1);
  expect(verbose.stderr).toContain(`${quiet.stderr}Error: no_clock\n    at `);
});
