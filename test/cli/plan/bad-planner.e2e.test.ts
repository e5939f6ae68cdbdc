// Invariant: whatever the planner's provider does, the run ends with an error and a hint, a closed log, and a trace of
// the planner that holds every call; no workflow has run.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PlannerTrace } from '../../../projections/planner-trace/schema.ts';
import { NODE_TYPE_NAMES } from '../../../src/nodes/registry.ts';
import { heldTimerEnv } from '../../support/hold-timer.ts';
import {
  GOOD_ANSWERS,
  inTurn,
  plannerRules,
  SENTENCE,
  type PlannerAnswers,
} from '../../support/planner-script.ts';
import type { TestProvider } from '../../support/provider/provider.ts';
import {
  documentOf,
  eventsIn,
  expectJsonError,
  testProvider,
  expectTextError,
  eventTypesIn,
  unmeteredWarning,
  workbench,
  type ErrorDocument,
  type Workbench,
} from '../../support/workbench.ts';

interface Bad extends Workbench {
  readonly provider: TestProvider;
}

async function benchWith(answers: PlannerAnswers): Promise<Bad> {
  const provider = await testProvider({ rules: plannerRules({ ...GOOD_ANSWERS, ...answers }) });
  return { ...workbench(provider.env), provider };
}

const FLAGS = ['--output-format', 'json', '--log', 'run.ndjson', '--trace-planner'];

interface Failed {
  readonly error: ErrorDocument;
  readonly trace: PlannerTrace;
  readonly calls: number;
}

/** Fails with the code; the log is complete, and replays to the trace. */
async function failing(answers: PlannerAnswers, code: string, exit = 1): Promise<Failed> {
  const bench = await benchWith(answers);
  const run = await bench.run([SENTENCE, ...FLAGS]);
  const error = expectJsonError(run, exit, code);
  const document = documentOf(run);
  expect(document.status).toBe('failed');
  const text = readFileSync(document.planner_trace_file ?? '', 'utf8');
  const replayed = await bench.run(['replay', 'run.ndjson', '--project', 'planner-trace']);
  expect({ code: replayed.code, stderr: replayed.stderr, same: replayed.stdout === text }).toEqual({
    code: 0,
    stderr: unmeteredWarning(bench.path('run.ndjson'), 'anthropic/claude-sonnet-4-5'),
    same: true,
  });
  const types = eventTypesIn(bench.path('run.ndjson'));
  expect(types.slice(-2)).toEqual(['planner.completed', 'run.completed']);
  expect(types).not.toContain('workflow.started');
  const trace = JSON.parse(text) as PlannerTrace;
  expect(trace.status).toBe('failed');
  expect(trace.llm_calls).toHaveLength(bench.provider.requests.length);
  return { error, trace, calls: bench.provider.requests.length };
}

const SOURCE = 'node "component-browsing": anthropic/claude-sonnet-4-5: ';

describe('a permanent failure is not retried', () => {
  test.each([
    [
      'authentication',
      { do: 'status', status: 401, message: 'invalid x-api-key' },
      'MODEL_AUTHENTICATION',
      `${SOURCE}the provider did not accept the key (401: "invalid x-api-key")`,
      'Check ANTHROPIC_API_KEY, and that the key may use this model.',
    ],
    [
      'quota',
      { do: 'status', status: 402, message: 'no credit' },
      'MODEL_QUOTA',
      `${SOURCE}the account has no credit or quota left (402: "no credit")`,
      "Add credit or raise the limit in the provider's console, or use another model.",
    ],
    [
      'a refusal',
      { do: 'refusal' },
      'MODEL_REFUSED',
      `${SOURCE}the model refused to answer`,
      'Rephrase the request, or plan with another model: --model NAME.',
    ],
    [
      'a model that does not exist',
      { do: 'status', status: 404, message: 'model: nothing' },
      'MODEL_REQUEST_INVALID',
      `${SOURCE}the provider did not accept the request (404: "model: nothing")`,
      "Check the planner's model: it must exist and give structured answers. --model names another one.",
    ],
  ])('%s', async (_what, browsing, code, message, hint) => {
    const { error, calls } = await failing({ browsing }, code);
    expect({ ...error, details: undefined }).toEqual({
      ...{ code, message, hint, node_id: 'component-browsing', details: undefined },
    });
    expect(calls).toBe(1);
  });
});

const RETRY_HINT = 'Run again, make the request more precise, or plan with another model: --model NAME.';

describe('a transient failure is tried three times', () => {
  test('and then reported with a hint', async () => {
    const cases: readonly (readonly [unknown, string, RegExp, string])[] = [
      [
        { do: 'status', status: 429, headers: { 'retry-after-ms': '5' } },
        'MODEL_RATE_LIMITED',
        /too many requests \(429/u,
        'Wait and run again, or plan with another model: --model NAME.',
      ],
      [
        { do: 'status', status: 529 },
        'MODEL_OVERLOADED',
        /overloaded or unavailable \(529/u,
        'This usually passes: run again later, or plan with another model: --model NAME.',
      ],
      [{ do: 'reset' }, 'MODEL_NETWORK', /cannot be reached/u, 'Check the network and ANTHROPIC_BASE_URL.'],
      [
        { do: 'half' },
        'MODEL_NETWORK',
        /broke off in the middle/u,
        'Check the network and ANTHROPIC_BASE_URL.',
      ],
      [{ do: 'empty' }, 'MODEL_ANSWER_INVALID', /the answer is empty/u, RETRY_HINT],
      [{ do: 'garbage' }, 'MODEL_ANSWER_INVALID', /the answer is not JSON/u, RETRY_HINT],
      [
        { do: 'answer', text: 'Gern! Hier ist mein Plan …' },
        'MODEL_ANSWER_INVALID',
        /the answer is not JSON/u,
        RETRY_HINT,
      ],
      [{ types: 'llm' }, 'MODEL_ANSWER_INVALID', /does not fit its schema/u, RETRY_HINT],
    ];
    await Promise.all(
      cases.map(async ([browsing, code, message, hint]) => {
        const { error, trace, calls } = await failing({ browsing }, code);
        expect(error.message).toMatch(message);
        expect(error.hint).toBe(hint);
        expect(calls).toBe(3);
        expect(trace.node_execution.at(-1)).toMatchObject({
          node: 'component-browsing',
          attempts: 3,
          status: 'failed',
        });
        expect(trace.error?.code).toBe(code);
      }),
    );
  });

  test('and the run continues when it passes; every attempt is paid and in the trace', async () => {
    const browsing = inTurn({ do: 'answer', text: 'Sure!' }, GOOD_ANSWERS.browsing);
    const bench = await benchWith({ browsing });
    const document = documentOf(await bench.run(['plan', SENTENCE, ...FLAGS]));
    expect(document.is_error).toBe(false);
    const trace = JSON.parse(readFileSync(document.planner_trace_file ?? '', 'utf8')) as PlannerTrace;
    expect(trace.llm_calls.slice(0, 2).map(({ response, attempt }) => [response, attempt])).toEqual([
      ['Sure!', undefined],
      [JSON.stringify(GOOD_ANSWERS.browsing), 2],
    ]);
    const costs = trace.llm_calls.map(({ cost_usd }) => cost_usd);
    expect(costs.every((cost) => cost !== null && cost > 0)).toBe(true);
  });
});

test('a truncated answer is not requested again', async () => {
  const text = JSON.stringify(GOOD_ANSWERS.generator).slice(0, 80);
  const { error, calls } = await failing(
    { generator: { do: 'answer', text, finish: 'length' } },
    'MODEL_ANSWER_INVALID',
  );
  expect(error.message).toContain('the answer was truncated');
  expect(calls).toBe(3);
});

test('an invalid answer of 200 kB fails like any other, and the whole attempt is saved', async () => {
  const huge = { nodes: [{ id: 'a', type: 'x'.repeat(200_000) }] };
  const { error, trace } = await failing({ generator: huge }, 'PLAN_INVALID');
  const path = /in (\S+\.json):/u.exec(error.hint ?? '')?.[1] ?? '';
  const kept = JSON.parse(readFileSync(path, 'utf8')) as { readonly nodes: unknown };
  expect(kept.nodes).toEqual(huge.nodes);
  expect(trace.node_execution.filter(({ node }) => node === 'validator')).toHaveLength(3);
});

describe('a workflow that stays invalid', () => {
  test('is reported with its problems, and the best attempt is saved beside the trace', async () => {
    const bad = { nodes: [{ id: 'a', type: 'shel', params: { comand: 'ls' } }] };
    const { error, trace } = await failing({ generator: bad, mapping: { values: [] } }, 'PLAN_INVALID');
    expect(error.message).toBe('no valid workflow after 3 attempts');
    expect(error.details).toEqual([
      `nodes[0].type: unknown type "shel"; available: ${NODE_TYPE_NAMES.join(', ')}; did you mean "shell"?`,
    ]);
    expect(error.hint).toMatch(/^The best attempt is in \S+\/debug\/pflow-plan-\d{8}-\d{6}\.json: /u);
    const rounds = trace.llm_calls
      .filter(({ node }) => node === 'workflow-generator')
      .map(({ prompt }) => String(prompt));
    expect(rounds.map((prompt) => prompt.includes(`- ${error.details?.[0] ?? ''}`))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('a call that hangs', () => {
  const HANGING = { generator: { do: 'hang' } };

  test('is cancelled by --timeout', async () => {
    const bench = await benchWith(HANGING);
    const run = await bench.run([SENTENCE, ...FLAGS, '--timeout', '5'], {
      env: heldTimerEnv(5),
      onStart: (child) => void bench.provider.waitForRequest(3).then(() => child.kill('SIGUSR2')),
    });
    expect(expectJsonError(run, 1, 'RUN_TIMEOUT').message).toBe('the run took longer than 5 s');
    await expectAbandoned(bench, [false, false, true]);
    expectCancelled(bench, documentOf(run).planner_trace_file, 'RUN_TIMEOUT');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('is cancelled by %s', async (signal, exit) => {
    const bench = await benchWith(HANGING);
    const run = await bench.run([SENTENCE, ...FLAGS], {
      onStart: (child) => void bench.provider.waitForRequest(3).then(() => child.kill(signal)),
    });
    expectJsonError(run, exit, 'INTERRUPTED');
    expect(documentOf(run).status).toBe('interrupted');
    await expectAbandoned(bench, [false, false, true]);
    expectCancelled(bench, documentOf(run).planner_trace_file, 'INTERRUPTED');
    expect(eventsIn(bench.path('run.ndjson')).at(-1)?.data).toMatchObject({ status: 'interrupted', signal });
  });

  /** The process may have ended before the provider hears that its connection is closed. */
  async function expectAbandoned({ provider }: Bad, expected: readonly boolean[]): Promise<void> {
    await expect.poll(() => provider.requests.map(({ abandoned }) => abandoned)).toEqual(expected);
  }

  function expectCancelled(bench: Bad, path: string | undefined, code: string): void {
    const trace = JSON.parse(readFileSync(path ?? '', 'utf8')) as PlannerTrace;
    expect(trace).toMatchObject({ status: 'failed', path_taken: 'B', error: { code } });
    expect(trace.llm_calls.map(({ node, error }) => [node, error === undefined])).toEqual([
      ['component-browsing', true],
      ['parameter-discovery', true],
      ['workflow-generator', false],
    ]);
    expect(eventTypesIn(bench.path('run.ndjson')).at(-1)).toBe('run.completed');
  }
});

test('--max-cost counts what the planner spends', async () => {
  const bench = await benchWith({});
  const lines = expectTextError(
    await bench.run([SENTENCE, '--max-cost', '0.003', '--log', 'run.ndjson']),
    4,
    'MAX_COST_REACHED',
  );
  expect(lines[0]).toMatch(/^error MAX_COST_REACHED: spent \$0\.00\d+ of the \$0\.003 limit/u);
  expect(bench.provider.requests).toHaveLength(2);
  expect(eventTypesIn(bench.path('run.ndjson'))).not.toContain('workflow.started');
});

test('in text mode there is one error and nothing else, and no file is left', async () => {
  const bench = await benchWith({ browsing: { do: 'status', status: 401 } });
  expectTextError(await bench.run([SENTENCE]), 1, 'MODEL_AUTHENTICATION');
  expect(existsSync(bench.path('.pflow'))).toBe(false);
  expect(readdirSync(bench.folder)).toEqual([]);
});
