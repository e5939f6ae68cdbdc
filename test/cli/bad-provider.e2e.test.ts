// Invariant: whatever a provider does, the run ends with exit code 1, an error with a hint, and a closed log that
// holds everything up to that moment.
import { describe, expect, test } from 'vitest';
import type { CliOptions } from '../support/cli.ts';
import { heldTimerEnv } from '../support/hold-timer.ts';
import type { TestProvider } from '../support/provider/provider.ts';
import type { Behaviour } from '../support/provider/script.ts';
import {
  eventsIn,
  unmeteredWarning,
  expectJsonError,
  testProvider,
  expectTextError,
  eventTypesIn,
  workbench,
  type ErrorDocument,
  type Workbench,
} from '../support/workbench.ts';

const CALL = {
  nodes: [
    { id: 'before', type: 'echo', params: { message: 'done' } },
    {
      id: 'ask',
      type: 'llm',
      params: { model: 'anthropic/claude-sonnet-4-0', prompt: 'Hello' },
      retry: { max: 2, wait_s: 0.01 },
    },
    { id: 'after', type: 'echo' },
  ],
};

interface ProviderBench extends Workbench {
  readonly provider: TestProvider;
}

async function benchWith(behaviour: Behaviour, workflow: unknown = CALL): Promise<ProviderBench> {
  const provider = await testProvider({ rules: [{ then: behaviour }] });
  const bench = workbench(provider.env);
  bench.write('ask.json', workflow);
  return { ...bench, provider };
}

/** Runs the workflow with text and with JSON output. Each run has a log, which `pflow replay` must read. */
async function expectFailure(
  bench: Workbench,
  code: string,
  { flags = [], options }: { readonly flags?: readonly string[]; readonly options?: CliOptions } = {},
): Promise<{ readonly error: ErrorDocument; readonly lines: readonly string[] }> {
  const [text, json] = await Promise.all([
    bench.run(['run', 'ask.json', '--log', 'text.ndjson', ...flags], options),
    bench.run(['run', 'ask.json', '--log', 'json.ndjson', '--output-format', 'json', ...flags], options),
  ]);
  const lines = expectTextError(text, 1, code);
  const error = expectJsonError(json, 1, code);
  expect(eventTypesIn(bench.path('text.ndjson'))).toEqual(eventTypesIn(bench.path('json.ndjson')));
  const replayed = await bench.run(['replay', 'json.ndjson', '--project', 'metrics,steps,store']);
  const { metrics, steps, store } = JSON.parse(replayed.stdout) as {
    readonly metrics: { readonly status: string; readonly complete: boolean };
    readonly steps: readonly { readonly node_id: string; readonly status: string }[];
    readonly store: { readonly store: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  };
  const stderr = unmeteredWarning(bench.path('json.ndjson'), 'anthropic/claude-sonnet-4-0');
  expect({ code: replayed.code, stderr: replayed.stderr }).toEqual({ code: 0, stderr });
  expect({ status: metrics.status, complete: metrics.complete }).toEqual({
    status: 'failed',
    complete: true,
  });
  expect(steps.map(({ node_id, status }) => [node_id, status])).toEqual([
    ['before', 'completed'],
    ['ask', 'failed'],
    ['after', 'not_executed'],
  ]);
  expect(store.store['before']?.['echo']).toBe('done');
  return { error, lines };
}

const TWO_TRIES = [
  ...['run.started', 'workflow.started', 'store.changed'],
  ...['node.started', 'store.changed', 'node.completed'],
  ...['node.started', 'llm.prompted', 'llm.sent', 'llm.failed', 'node.retried'],
  ...['llm.prompted', 'llm.sent', 'llm.failed'],
  ...['store.changed', 'node.failed', 'workflow.completed', 'run.completed'],
];

const ONE_TRY = TWO_TRIES.filter((_type, index) => index < 10 || index > 13);

/** Types of the events, and codes of the warnings, each once. */
function typesAndWarnings(bench: Workbench): readonly [readonly string[], readonly unknown[]] {
  const events = eventsIn(bench.path('text.ndjson'));
  const warnings = events.filter(({ type }) => type === 'warning.raised').map(({ data }) => data['code']);
  const types = events.map(({ type }) => type).filter((type) => type !== 'warning.raised');
  return [types, [...new Set(warnings)]];
}

/** Lets a time limit end when the calls of both runs have been sent. */
function endingAfterCalls({ provider }: ProviderBench, seconds: number): CliOptions {
  return {
    env: heldTimerEnv(seconds),
    onStart: (child) => void provider.waitForRequest(2).then(() => child.kill('SIGUSR2')),
  };
}

describe('a run fails when a provider', () => {
  test('rejects the key, which is not retried', async () => {
    const bench = await benchWith({ do: 'status', status: 401, message: 'invalid x-api-key' });
    const { lines } = await expectFailure(bench, 'MODEL_AUTHENTICATION');
    expect(lines.slice(0, 2)).toEqual([
      'error MODEL_AUTHENTICATION: node "ask": anthropic/claude-sonnet-4-0: the provider did not accept the key (401: "invalid x-api-key")',
      '  Check ANTHROPIC_API_KEY, and that the key may use this model.',
    ]);
    expect(eventTypesIn(bench.path('text.ndjson'))).toEqual(ONE_TRY);
  });

  test.each<readonly [string, Behaviour, string, string]>([
    [
      'answers 429',
      { do: 'status', status: 429, headers: { 'retry-after-ms': '5' } },
      'MODEL_RATE_LIMITED',
      'too many requests (429: "test failure 429")',
    ],
    [
      'answers 500',
      { do: 'status', status: 500 },
      'MODEL_OVERLOADED',
      'the provider is overloaded or unavailable (500: "test failure 500")',
    ],
    ['answers garbage', { do: 'garbage' }, 'MODEL_ANSWER_INVALID', 'the answer is not JSON'],
    ['answers nothing', { do: 'empty' }, 'MODEL_ANSWER_INVALID', 'the answer is empty'],
  ])('%s, after one retry', async (_what, behaviour, code, message) => {
    const mayBeBilled = code === 'MODEL_ANSWER_INVALID';
    const bench = await benchWith(behaviour);
    const { error } = await expectFailure(bench, code);
    expect(error.message).toBe(`node "ask": after 2 attempts: anthropic/claude-sonnet-4-0: ${message}`);
    expect(error.node_id).toBe('ask');
    expect(error.hint).toMatch(/\.$/u);
    expect(typesAndWarnings(bench)).toEqual([TWO_TRIES, mayBeBilled ? ['COST_UNKNOWN'] : []]);
  });

  test('sends half an answer, after one retry', async () => {
    const bench = await benchWith({ do: 'half' });
    const { error } = await expectFailure(bench, 'MODEL_NETWORK');
    expect(error.message).toMatch(
      /^node "ask": after 2 attempts: anthropic\/claude-sonnet-4-0: the connection to 127\.0\.0\.1:\d+ broke off in the middle of the answer \(\w+\)$/u,
    );
    expect(error.hint).toBe('Check the network and ANTHROPIC_BASE_URL.');
    expect(typesAndWarnings(bench)).toEqual([TWO_TRIES, ['COST_UNKNOWN']]);
  });

  test('answers garbage, whose beginning is in the error', async () => {
    const { error } = await expectFailure(await benchWith({ do: 'garbage' }), 'MODEL_ANSWER_INVALID');
    expect(error.details).toEqual(['it begins: Bad gateway, but with status 200']);
  });

  test('does not answer within the timeout_s of the node', async () => {
    const [before, call, after] = CALL.nodes;
    const bench = await benchWith({ do: 'hang' }, { nodes: [before, { ...call, timeout_s: 1 }, after] });
    const { error } = await expectFailure(bench, 'NODE_TIMEOUT', { options: endingAfterCalls(bench, 1) });
    expect(error).toEqual({
      code: 'NODE_TIMEOUT',
      message: 'node "ask": no result after 1 s',
      node_id: 'ask',
      hint: 'Raise timeout_s of the node, or find out why it takes so long.',
    });
    expect(typesAndWarnings(bench)).toEqual([ONE_TRY, ['COST_UNKNOWN']]);
  });

  test('does not answer within --timeout', async () => {
    const bench = await benchWith({ do: 'hang' });
    const options = endingAfterCalls(bench, 2);
    const { error } = await expectFailure(bench, 'RUN_TIMEOUT', { flags: ['--timeout', '2'], options });
    expect(error).toEqual({
      code: 'RUN_TIMEOUT',
      message: 'the run took longer than 2 s',
      node_id: 'ask',
      details: ['node "ask" was running'],
      hint: 'Raise --timeout, or give the slow node a timeout_s of its own.',
    });
    expect(typesAndWarnings(bench)).toEqual([ONE_TRY, ['COST_UNKNOWN']]);
  });
});

test('a key that the provider repeats is neither in the error nor in the log', async () => {
  const bench = await benchWith({
    do: 'status',
    status: 401,
    message: 'the key test-anthropic-key is not known',
  });
  const { error } = await expectFailure(bench, 'MODEL_AUTHENTICATION');
  expect(error.message).not.toContain('test-anthropic-key');
  expect(JSON.stringify(eventsIn(bench.path('text.ndjson')))).not.toContain('test-anthropic-key');
});

test('an unresolved template is reported with the existing names and the nearest one', async () => {
  const bench = await benchWith(
    { do: 'answer', text: '{"title": "Notes", "body": "…"}' },
    {
      nodes: [
        { id: 'ask', type: 'llm', params: { model: 'anthropic/claude-sonnet-4-0', prompt: 'Hello' } },
        { id: 'say', type: 'echo', params: { message: 'about ${ask.response.titel}' } },
      ],
    },
  );
  const run = await bench.run(['run', 'ask.json']);
  expect(expectTextError(run, 1, 'TEMPLATE_UNRESOLVED')).toEqual([
    'error TEMPLATE_UNRESOLVED: node "say", param "message": ${ask.response.titel} does not exist',
    '  ask.response has: title (string), body (string)',
    '  did you mean ${ask.response.title}?',
  ]);
});
