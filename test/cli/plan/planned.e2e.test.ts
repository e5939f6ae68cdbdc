// A sentence on the command line: planned and run as one run, with one log and one total.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import Big from 'big.js';
import { describe, expect, test } from 'vitest';
import type { PlannerTrace } from '../../../projections/planner-trace/schema.ts';
import { cleanEnvironment, PROGRAM } from '../../support/cli.ts';
import {
  GOOD_ANSWERS,
  GOOD_WORKFLOW,
  inTurn,
  plannerRules,
  SENTENCE,
  type PlannerAnswers,
} from '../../support/planner-script.ts';
import { at } from '../../support/provider/json.ts';
import type { TestProvider } from '../../support/provider/provider.ts';
import {
  documentOf,
  ECHO,
  eventsIn,
  expectJsonError,
  testProvider,
  expectTextError,
  eventTypesIn,
  workbench,
  type Workbench,
} from '../../support/workbench.ts';

const SUMMARY = 'It is about notes.';

interface PlanningBench extends Workbench {
  readonly provider: TestProvider;
  /** The JSON in a file that a run left. */
  read(path: string): unknown;
}

async function benchWith(
  answers: PlannerAnswers = {},
  env: Readonly<Record<string, string>> = {},
): Promise<PlanningBench> {
  const rules = plannerRules({ ...GOOD_ANSWERS, ...answers });
  const provider = await testProvider({ rules: [...rules, { then: { do: 'answer', text: SUMMARY } }] });
  const bench = workbench({ ...provider.env, ...env });
  bench.write('notes.txt', 'A note.\nAnother one.\n');
  return { ...bench, provider, read: (path) => JSON.parse(readFileSync(path, 'utf8')) as unknown };
}

describe('a sentence', () => {
  test('is planned and run, and without an option prints only the value', async () => {
    const bench = await benchWith();
    const run = await bench.run([SENTENCE]);
    expect(run).toEqual({ code: 0, signal: null, stdout: `${SUMMARY}\n`, stderr: '' });
    expect(existsSync(bench.path('.pflow'))).toBe(false);
    expect(bench.provider.requests).toHaveLength(6);
    const [first] = bench.provider.requests;
    expect(at(first?.body, 'system', 0, 'cache_control')).toEqual({ type: 'ephemeral' });
  });

  test('is one run in one log, with the planner before the workflow', async () => {
    const bench = await benchWith();
    expect((await bench.run([SENTENCE, '--log', 'run.ndjson'])).code).toBe(0);
    const types = eventTypesIn(bench.path('run.ndjson'));
    const frame = types.filter((type) => /^(run|planner|workflow)\./u.test(type));
    expect(frame).toEqual([
      ...['run.started', 'planner.started', 'planner.completed'],
      ...['workflow.started', 'workflow.completed', 'run.completed'],
    ]);
    const [started] = eventsIn(bench.path('run.ndjson'));
    expect(started?.data).toMatchObject({ source: 'planner', workflow: null, request: SENTENCE });
    const begun = eventsIn(bench.path('run.ndjson')).find(({ type }) => type === 'workflow.started');
    expect(begun?.data).toMatchObject({ name: 'summarise-file', nodes: ['read', 'summarise'] });
    expect((begun?.data['ir'] as { nodes: unknown[] }).nodes).toHaveLength(2);
  });

  test('leaves no content in a log of level metrics', async () => {
    const bench = await benchWith();
    await bench.run([SENTENCE, '--log', 'run.ndjson', '--log-level', 'metrics']);
    const text = readFileSync(bench.path('run.ndjson'), 'utf8');
    expect(text).not.toMatch(/notes\.txt|three sentences|Reads a text file/u);
    expect(text).toContain('"status":"generated"');
  });

  test('with all options together adds planner and workflow to the total, and its log replays to each trace', async () => {
    const bench = await benchWith();
    const flags = ['--output-format', 'json', '--trace', '--trace-planner', '--log', 'run.ndjson'];
    const document = documentOf(await bench.run([...flags, SENTENCE]));
    expect(document).toMatchObject({ result: { summary: SUMMARY }, is_error: false, num_nodes: 11 });
    expect(document).toMatchObject({ workflow: { name: 'summarise-file' } });
    const { metrics, total_cost_usd } = document as unknown as {
      metrics: { planner: { cost_usd: number }; workflow: { cost_usd: number }; total: { calls: number } };
      total_cost_usd: number;
    };
    expect(metrics.total.calls).toBe(6);
    expect(metrics.planner.cost_usd).toBeGreaterThan(0);
    const sum = new Big(metrics.planner.cost_usd).plus(metrics.workflow.cost_usd).toFixed();
    expect(sum).toBe(new Big(total_cost_usd).toFixed());
    for (const [name, file] of [
      ['planner-trace', document.planner_trace_file],
      ['trace', document.trace_file],
    ] as const) {
      const replayed = await bench.run(['replay', 'run.ndjson', '--project', name]);
      expect(readFileSync(file ?? '', 'utf8')).toBe(replayed.stdout);
    }
    expect(
      readdirSync(bench.path('.pflow/debug'))
        .map((file) => file.replaceAll(/\d/gu, '0'))
        .sort(),
    ).toEqual(['pflow-trace-00000000-000000.json', 'pflow-trace-workflow-00000000-000000.json']);
  });

  test('runs again from its own log without a key, and costs nothing', async () => {
    const bench = await benchWith({ generator: inTurn({ nodes: [] }, GOOD_WORKFLOW) });
    await bench.run([SENTENCE, '--log', 'run.ndjson']);
    const requestCount = bench.provider.requests.length;
    const args = [SENTENCE, '--answers', 'run.ndjson', '--output-format', 'json', '--trace-planner'];
    const noKey = { ANTHROPIC_API_KEY: '' };
    const document = documentOf(await bench.run(args, { env: noKey }));
    expect(document).toMatchObject({ result: { summary: SUMMARY }, total_cost_usd: 0 });
    expect(document.reused_cost_usd).toBeGreaterThan(0);
    expect(bench.provider.requests).toHaveLength(requestCount);
    const trace = bench.read(document.planner_trace_file ?? '') as PlannerTrace;
    expect(trace.llm_summary).toMatchObject({ total_calls: 6, reused_calls: 6, total_cost_usd: 0 });
    expect(
      trace.node_execution.filter(({ node }) => node === 'validator').map(({ action }) => action),
    ).toEqual(['retry', 'metadata_generation']);
    // A workflow that was saved since then changes nothing.
    saveIn(bench, 'other', GOOD_WORKFLOW);
    expect((await bench.run(args, { env: noKey })).code).toBe(0);
  });

  test('uses the model of --model, else of the settings, also for nodes that name no model', async () => {
    const bench = await benchWith();
    bench.write('.pflow/settings.json', {
      planner_model: 'openai/gpt-4o',
      default_model: 'openai/gpt-4o-mini',
    });
    const models = (): string[] => [...new Set(bench.provider.requests.map(({ parsed }) => parsed.model))];
    await bench.run([SENTENCE]);
    expect(models()).toEqual(['gpt-4o', 'gpt-4o-mini']);
    await bench.run([SENTENCE, '--model', 'gemini-2.5-flash']);
    expect(models()).toEqual(['gpt-4o', 'gpt-4o-mini', 'gemini-2.5-flash']);
  });

  test('takes values by name and from a pipe, and ignores a pipe that stays silent', async () => {
    const inputs = { text: { type: 'string', stdin: true }, mark: { type: 'string' } };
    const nodes = [{ id: 'say', type: 'echo', params: { message: '${text}${mark}' } }];
    const generator = { inputs, nodes, outputs: { shouted: { source: '${say.echo}' } } };
    const bench = await benchWith({ generator, mapping: { values: [] } });
    const piped = await bench.run(['shout what I say', 'mark=!'], { stdin: 'hello\n' });
    expect(piped).toMatchObject({ code: 0, stdout: 'hello!\n' });
    const silent = spawn(process.execPath, [PROGRAM, 'shout what I say', 'mark=!', 'text=bye'], {
      cwd: bench.folder,
      env: { ...cleanEnvironment(bench.folder), ...bench.provider.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // Its stdin is neither written nor closed.
    expect(Buffer.concat(await silent.stdout.toArray()).toString()).toBe('bye!\n');
  });

  test('keeps a secret that is given by name out of prompts, log and trace', async () => {
    const inputs = { api_token: { type: 'string' }, phrase: { type: 'string', secret: true } };
    const nodes = [{ id: 'say', type: 'echo', params: { message: '${api_token} ${phrase}' } }];
    const bench = await benchWith({ generator: { inputs, nodes }, mapping: { values: [] } });
    // One has a secret name, the other is declared as secret by the plan only.
    const given = ['api_token=tok-very-secret-1', 'phrase=horse-very-secret-2'];
    const args = ['say my token', ...given, '--log', 'run.ndjson', '--trace-planner'];
    const run = await bench.run(args);
    expect(run.code).toBe(0);
    expect(JSON.stringify(bench.provider.requests.map(({ body }) => body))).not.toContain('very-secret');
    expect(readFileSync(bench.path('run.ndjson'), 'utf8')).not.toContain('very-secret');
    const [trace = ''] = readdirSync(bench.path('.pflow/debug'));
    expect(readFileSync(bench.path(`.pflow/debug/${trace}`), 'utf8')).not.toContain('very-secret');
  });

  test('names the missing input with exit 2, and the plan can be run without paying again', async () => {
    const bench = await benchWith({ mapping: { values: [{ name: 'file', value: 'notes.txt' }] } });
    const error = expectJsonError(await bench.run([SENTENCE, '--output-format', 'json']), 2, 'INPUT_MISSING');
    expect(error.message).toBe(
      'input "sentences" (integer) is missing: how long the summary is; give sentences=… or set the variable sentences',
    );
    const path = /pflow run (\S+)/u.exec(error.hint ?? '')?.[1] ?? '';
    const before = bench.provider.requests.length;
    const run = await bench.run(['run', path, 'file=notes.txt', 'sentences=2']);
    expect(run).toMatchObject({ code: 0, stdout: `${SUMMARY}\n` });
    expect(bench.provider.requests).toHaveLength(before + 1);
  });
});

function saveIn(bench: Workbench, name: string, ir: unknown): void {
  mkdirSync(bench.path('.pflow/workflows'), { recursive: true });
  writeFileSync(bench.path(`.pflow/workflows/${name}.json`), JSON.stringify(ir));
}

describe('a saved workflow', () => {
  const FOUND = { reasoning: 'It fits.', found: true, workflow_name: 'sum' };

  test('that fits is reused, with values from the sentence', async () => {
    const bench = await benchWith({ discovery: FOUND });
    saveIn(bench, 'sum', { ...GOOD_WORKFLOW, nodes: withModel() });
    const document = documentOf(await bench.run([SENTENCE, '--output-format', 'json', '--trace-planner']));
    expect(document).toMatchObject({ result: { summary: SUMMARY } });
    const trace = bench.read(document.planner_trace_file ?? '') as PlannerTrace;
    expect(trace).toMatchObject({ status: 'reused', path_taken: 'A', workflow: { name: 'sum' } });
    expect(trace.llm_calls.map(({ node }) => node)).toEqual(['workflow-discovery', 'parameter-mapping']);
    expect(bench.provider.requests).toHaveLength(3);
  });

  test('that lacks a value is named in the command to run', async () => {
    const bench = await benchWith({ discovery: FOUND, mapping: { values: [] } });
    saveIn(bench, 'sum', { ...GOOD_WORKFLOW, nodes: withModel() });
    const lines = expectTextError(await bench.run([SENTENCE]), 2, 'INPUT_MISSING');
    expect(lines.at(-1)).toMatch(/pflow run sum file=… sentences=…$/u);
  });

  test('keeps its own cost limit, which does not count the planning', async () => {
    const bench = await benchWith({ discovery: FOUND });
    const again = withModel()
      .slice(1)
      .map((node) => ({ ...node, id: 'again' }));
    saveIn(bench, 'sum', { ...GOOD_WORKFLOW, nodes: [...withModel(), ...again], max_cost_usd: 0.00001 });
    expectTextError(await bench.run([SENTENCE]), 4, 'MAX_COST_REACHED');
    expect(bench.provider.requests).toHaveLength(3);
  });

  function withModel(): readonly object[] {
    const [read = {}, llm] = GOOD_WORKFLOW.nodes;
    return [read, { ...llm, params: { ...llm?.params, model: 'anthropic/claude-sonnet-4-0' } }];
  }
});

describe('pflow plan', () => {
  test('prints a workflow that can be run unchanged, and runs nothing', async () => {
    const bench = await benchWith();
    const planned = await bench.run(['plan', SENTENCE]);
    expect({ code: planned.code, stderr: planned.stderr }).toEqual({ code: 0, stderr: '' });
    expect(bench.provider.requests).toHaveLength(5);
    bench.write('planned.json', planned.stdout);
    expect((await bench.run(['validate', 'planned.json'])).stdout).toBe('valid  summarise-file, 2 nodes\n');
    expect((await bench.run(['run', 'planned.json', 'file=notes.txt', 'sentences=3'])).stdout).toBe(
      `${SUMMARY}\n`,
    );
  });

  test('writes a log and a trace like a run, and its JSON has the workflow as its result', async () => {
    const bench = await benchWith();
    const args = ['plan', SENTENCE, '--log', 'run.ndjson', '--trace-planner', '--output-format', 'json'];
    const document = documentOf(await bench.run(args));
    expect(document).toMatchObject({ status: 'success', result: { name: 'summarise-file' } });
    expect(document.workflow?.ir).toEqual(document.result);
    expect(existsSync(document.planner_trace_file ?? '')).toBe(true);
    expect(eventTypesIn(bench.path('run.ndjson')).slice(-3)).toEqual([
      'planner.completed',
      'output.produced',
      'run.completed',
    ]);
  });

  test('takes a sentence of one word', async () => {
    expect((await (await benchWith()).run(['plan', 'summarise'])).code).toBe(0);
  });
});

describe('--save', () => {
  test.each([[[SENTENCE]], [['plan', SENTENCE]]])('%j saves the workflow under that name', async (args) => {
    const bench = await benchWith();
    const run = await bench.run([...args, '--save', 'sum']);
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^saved {2}.*sum\.json\n$/u);
    expect((await bench.run(['run', 'sum', 'file=notes.txt', 'sentences=3'])).stdout).toBe(`${SUMMARY}\n`);
  });

  test.each(['sum', '../sum', 'a b'])('refuses the name %s before anything is paid', async (name) => {
    const bench = await benchWith();
    saveIn(bench, 'sum', GOOD_WORKFLOW);
    const run = await bench.run([SENTENCE, '--save', name]);
    expect(run.code).toBe(2);
    expect(bench.provider.requests).toEqual([]);
  });
});

describe('nothing is paid', () => {
  test('without a key for the planner: the error names the variable and --answers', async () => {
    const bench = await benchWith({}, { ANTHROPIC_API_KEY: '' });
    expect(
      expectTextError(await bench.run([SENTENCE, '--log', 'run.ndjson']), 2, 'MODEL_KEY_MISSING'),
    ).toEqual([
      'error MODEL_KEY_MISSING: model "anthropic/claude-sonnet-4-5" needs a key: ANTHROPIC_API_KEY is not set',
      '  Set ANTHROPIC_API_KEY, choose a model whose key you have with --model, or run on recorded answers with --answers LOG.',
    ]);
    expect(existsSync(bench.path('run.ndjson'))).toBe(false);
  });

  test('for the workflow without a key for a model that it names: it does not run', async () => {
    const node = { id: 'ask', type: 'llm', params: { prompt: 'x', model: 'openai/gpt-4o' } };
    const bench = await benchWith({ generator: { nodes: [node] } }, { OPENAI_API_KEY: '' });
    const run = await bench.run([SENTENCE, '--log', 'run.ndjson']);
    expect(run.stderr).toContain('OPENAI_API_KEY is not set');
    expect(run.code).toBe(2);
    expect(eventTypesIn(bench.path('run.ndjson'))).not.toContain('workflow.started');
  });

  test.each([['summarise notes.json'], ['my notes/flow.json']])(
    'for %j, which is not a sentence',
    async (text) => {
      const bench = await benchWith();
      expectTextError(await bench.run([text]), 2, 'FILE_NOT_FOUND');
      expect(bench.provider.requests).toEqual([]);
    },
  );

  test.each([
    ['plan', ''],
    ['plan', `do ${'x'.repeat(10_000)}`],
  ])('for a sentence that is empty or too long', async (...args) => {
    const bench = await benchWith();
    expectTextError(await bench.run(args), 2, 'USAGE');
    expect(bench.provider.requests).toEqual([]);
  });

  test('for a sentence without quotes: the hint shows the quotes', async () => {
    const lines = expectTextError(await workbench().run(SENTENCE.split(' ')), 2, 'FILE_NOT_FOUND');
    expect(lines.at(-1)).toBe('  A sentence needs quotes: pflow "summarise notes.txt in three sentences".');
  });

  test('for a sentence after run, which takes a file', async () => {
    const bench = await benchWith();
    expectTextError(await bench.run(['run', SENTENCE]), 2, 'FILE_NOT_FOUND');
    expect(bench.provider.requests).toEqual([]);
  });

  test('for a file whose name has a space', async () => {
    const bench = await benchWith();
    bench.write('my flow', ECHO);
    expect((await bench.run(['my flow'])).stdout).toBe('hello\n');
  });

  test.each(['--save=x', '--trace-planner'])('%s with a file is wrong usage', async (flag) => {
    const bench = await benchWith();
    bench.write('flow.json', { nodes: [{ id: 'a', type: 'echo' }] });
    expectTextError(await bench.run(['flow.json', flag]), 2, 'USAGE');
  });
});
