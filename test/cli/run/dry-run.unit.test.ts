// Tests `pflow run --dry-run`: what would run with which values, and an estimate that is never 0 for what is unknown.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { executeFile } from '../../../src/cli/run/run-file.ts';
import type { RunOptions } from '../../../src/cli/run/run-options.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import type { CostEstimate } from '../../../src/run/estimate-cost.ts';
import { temporaryFolder } from '../../support/cli.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

interface DryRun {
  readonly workflow: { readonly name: string; readonly path: string };
  readonly inputs: readonly unknown[];
  readonly nodes: readonly unknown[];
  readonly estimate: CostEstimate;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

const MODEL = 'openai/gpt-4o-mini';
const call = { id: 'ask', type: 'llm', params: { model: MODEL, prompt: 'Sum up: ${read.content}' } };
const read = { id: 'read', type: 'read-file', params: { file_path: '${file}' } };

/** One dollar for each million tokens. */
const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 1 } };

async function dryRun(
  workflow: object,
  words: readonly string[] = [],
  { logs = [], ...flags }: Partial<RunOptions> & { readonly logs?: readonly (readonly LogEvent[])[] } = {},
): Promise<{ readonly document: DryRun; readonly folder: string; readonly out: string }> {
  const folder = temporaryFolder();
  const file = join(folder, 'flow.json');
  writeFileSync(file, JSON.stringify(workflow));
  writeFileSync(join(folder, 'prices.json'), JSON.stringify(PRICES));
  mkdirSync(join(folder, 'runs'));
  for (const [index, events] of logs.entries())
    writeFileSync(join(folder, `runs/${String(index)}.ndjson`), Buffer.concat(events.map(encodeLine)));
  vi.stubEnv('PFLOW_LOG_DIR', join(folder, 'runs'));
  vi.stubEnv('PFLOW_HOME', folder);
  const terminal = recordingTerminal();
  const pricing = join(folder, 'prices.json');
  const options: RunOptions = {
    outputFormat: 'json',
    nodes: [],
    onMiss: 'error',
    dryRun: true,
    pricing,
    ...flags,
  };
  expect(await executeFile(file, words, options, terminal)).toBe(0);
  const { out } = terminal.printed;
  const document = options.outputFormat === 'text' ? {} : (JSON.parse(out) as unknown);
  return { document: document as DryRun, folder, out };
}

/** A run of `flow` whose call took 1,000 tokens. */
function earlier(
  number: number,
  facts: { readonly from?: string; readonly ends?: 'success' | 'interrupted' } = {},
): LogEvent[] {
  const { from, ends = 'success' } = facts;
  const resumed_from = from === undefined ? {} : { resumed_from: { run: from, seq: 3 } };
  return [
    ...new RunBuilder(runId(number))
      .started({ workflow: { name: 'flow', hash: 'f00d' }, ...resumed_from })
      .workflow(['read', 'ask'], (run) =>
        run.node('read', { type: 'read-file' }).node('ask', { type: 'llm' }, (node) =>
          node.call({
            model: MODEL,
            response_model: 'gpt-4o-mini',
            usage: { input_tokens: 600, output_tokens: 400 },
          }),
        ),
      )
      .ended(ends)
      .events.map((event) =>
        event.type === 'workflow.started' ? { ...event, data: { ...event.data, name: 'flow' } } : event,
      ),
  ];
}

test('lists inputs with their origin, and nodes in their order with what is known of them', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'x');
  vi.stubEnv('token', 'very-secret-value');
  const post = {
    id: 'post',
    type: 'http',
    approval: 'required',
    params: { url: 'http://127.0.0.1/${file}', method: 'POST', headers: { authorization: '${token}' } },
  };
  const summarise = { ...call, params: { model: MODEL, prompt: '${language}, ${topic}: ${read.content}' } };
  const workflow = {
    inputs: { file: {}, language: { default: 'en' }, token: { secret: true }, topic: { required: false } },
    nodes: [post, summarise, read],
    edges: [
      { from: 'read', to: 'ask' },
      { from: 'ask', to: 'post' },
      { from: 'read', to: 'post', action: 'error' },
    ],
    start_node: 'read',
  };
  const { document } = await dryRun(workflow, ['file=notes.txt']);
  expect(document).toMatchObject({ format: 1, type: 'dry_run', workflow: { name: 'flow' } });
  expect(document.inputs).toEqual([
    { name: 'file', origin: 'given', value: 'notes.txt' },
    { name: 'language', origin: 'default', value: 'en' },
    { name: 'token', origin: 'environment', value: '<redacted:token>' },
    { name: 'topic', origin: 'none', value: null },
  ]);
  expect(document.nodes).toEqual([
    { node_id: 'read', node_type: 'read-file', effect: 'reads', params: { file_path: 'notes.txt' } },
    {
      ...{ node_id: 'ask', node_type: 'llm', effect: 'none', params: summarise.params },
      ...{ model: MODEL, key_present: true },
    },
    {
      ...{ node_id: 'post', node_type: 'http', effect: 'sends', approval: 'required' },
      params: {
        ...post.params,
        url: 'http://127.0.0.1/notes.txt',
        headers: { authorization: '<redacted:token>' },
      },
    },
  ]);
});

test('nothing runs, and a missing key is shown and not refused', async () => {
  vi.stubEnv('OPENAI_API_KEY', '');
  const touch = { id: 'touch', type: 'shell', params: { command: 'touch ran.txt' } };
  const { document } = await dryRun({ nodes: [touch, { ...call, params: { model: MODEL, prompt: 'Hi' } }] });
  expect(document.nodes).toMatchObject([{ effect: 'runs' }, { model: MODEL, key_present: false }]);
});

test('nodes of nested workflows follow their parent', async () => {
  const ir = {
    inputs: { text: {} },
    nodes: [{ id: 'in', type: 'echo', params: { message: '${text}!' } }],
    outputs: { o: { source: '${in.echo}' } },
  };
  const { document } = await dryRun({
    nodes: [{ id: 'outer', type: 'workflow', params: { ir, inputs: { text: 'x' } } }],
  });
  expect(document.nodes).toMatchObject([
    { node_id: 'outer' },
    { node_id: 'outer/in', params: { message: 'x!' } },
  ]);
});

const flow = { inputs: { file: {} }, nodes: [read, call] };

test('the estimate is the average of earlier runs, with the prices of today', async () => {
  const { document } = await dryRun(flow, ['file=a'], { logs: [earlier(1), earlier(2)] });
  expect(document.estimate).toEqual({
    ...{ estimated_cost_usd: 0.001, basis: 'history', runs: 2 },
    ...{ nodes_without_history: [], nodes_without_limit: [] },
    nodes: [{ node_id: 'ask', cost_usd: 0.001, basis: 'history' }],
  });
});

test('a run and the run that continues it count once', async () => {
  const logs = [earlier(1, { ends: 'interrupted' }), earlier(2, { from: runId(1) })];
  const { document } = await dryRun(flow, ['file=a'], { logs });
  expect(document.estimate).toMatchObject({ estimated_cost_usd: 0.002, basis: 'history', runs: 1 });
});

test('without history it is an upper bound where the request is known, else null and never 0', async () => {
  const known = { ...call, retry: { max: 1 }, params: { model: MODEL, prompt: 'Hi', max_tokens: 1000 } };
  const bound = await dryRun({ nodes: [known] });
  // Its 2 bytes and the schema, 1,000 tokens around them, and 1,000 of the answer.
  expect(bound.document.estimate).toMatchObject({
    ...{ estimated_cost_usd: 0.002004, basis: 'upper_bound', runs: 0, nodes_without_history: ['ask'] },
  });
  const unknown = await dryRun(flow, ['file=a']);
  expect(unknown.document.estimate).toMatchObject({ estimated_cost_usd: null, basis: null });
  const unpriced = { ...known, params: { ...known.params, model: 'openai/no-such-model' } };
  expect((await dryRun({ nodes: [unpriced] })).document.estimate).toMatchObject({ estimated_cost_usd: null });
  const looped = { ...known, loop: { until: '${ask.response}' } };
  expect((await dryRun({ nodes: [looped] })).document.estimate).toMatchObject({ estimated_cost_usd: null });
});

test('each item of a known batch counts', async () => {
  const params = { model: MODEL, prompt: '${item}', max_tokens: 1000 };
  const batched = { ...call, retry: { max: 1 }, params, batch: { items: ['aa', 'bb', 'cc'] } };
  const { document } = await dryRun({ nodes: [batched] });
  expect(document.estimate).toMatchObject({ estimated_cost_usd: 0.006012, basis: 'upper_bound' });
});

test('a workflow without models costs 0, which is known', async () => {
  const { document } = await dryRun({ inputs: { file: {} }, nodes: [read] }, ['file=a']);
  expect(document.estimate).toMatchObject({ estimated_cost_usd: 0, nodes_without_history: [], nodes: [] });
});

test('a folder of history that does not exist is an error where it is named', async () => {
  await expect(dryRun(flow, ['file=a'], { history: '/no/such/folder' })).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
  });
});

test('--history without --dry-run is refused', async () => {
  await expect(dryRun(flow, ['file=a'], { dryRun: false, history: '.' })).rejects.toMatchObject({
    code: 'USAGE',
  });
});

test('secrets of nested workflows are replaced in the params of every level', async () => {
  vi.stubEnv('vault', 'from-the-environment');
  const deepest = {
    inputs: { k: { secret: true }, flag: { secret: true }, short: { secret: true }, plain: {} },
    nodes: [
      {
        id: 'send',
        type: 'http',
        params: {
          url: 'http://127.0.0.1/?${short}',
          headers: { 'x-a': '${k}', 'x-b': '${flag}', 'x-c': '${plain}' },
        },
      },
      { id: 'call', type: 'shell', params: { command: 'true', env: { API_KEY: 'literal-in-the-file' } } },
    ],
  };
  const middle = {
    inputs: { m: {} },
    nodes: [
      {
        id: 'inner',
        type: 'workflow',
        params: {
          ir: deepest,
          inputs: { k: 'Bearer ${m}', flag: true, short: 'ab', plain: 'literal-in-the-file' },
        },
      },
    ],
  };
  const outer = { id: 'outer', type: 'workflow', params: { ir: middle, inputs: { m: '${vault}' } } };
  const { document } = await dryRun({ inputs: { vault: {} }, nodes: [outer] });
  const text = JSON.stringify(document);
  expect(text).not.toMatch(/from-the-environment|literal-in-the-file/u);
  expect(document.inputs).toMatchObject([{ name: 'vault', value: '<redacted:vault>' }]);
  const [, inner, send] = document.nodes;
  expect(inner).toMatchObject({ params: { inputs: { k: '<redacted:k>', flag: '<redacted:flag>' } } });
  expect(send).toMatchObject({
    node_id: 'outer/inner/send',
    params: {
      url: 'http://127.0.0.1/?<redacted:short>',
      headers: { 'x-a': '<redacted:k>', 'x-b': '<redacted:flag>', 'x-c': '<redacted:API_KEY>' },
    },
  });
  expect(text).not.toContain('"short":"ab"');
});

test('values under a secret name are replaced as in the log, however short they are', async () => {
  const headers = [{ name: 'api_key', value: 'k1' }];
  const params = {
    command: 'true',
    env: { PASSWORD: 'pw', DEBUG: '1' },
    stdin: { token: 'abc', headers, max_tokens: 5 },
  };
  const workflow = {
    inputs: { api_key: {}, auth: { type: 'object' }, n: { type: 'integer' } },
    nodes: [
      { id: 'run', type: 'shell', params },
      { id: 'say', type: 'echo', params: { message: '${api_key}', data: ['${n}', '${auth}'] } },
    ],
  };
  const words = ['api_key=xy', 'auth={"password":"z"}', 'n=90071992547409931'];
  const { document, out } = await dryRun(workflow, words);
  expect(document.inputs).toMatchObject([
    { name: 'api_key', value: '<redacted:api_key>' },
    { name: 'auth', value: { password: '<redacted:password>' } },
    { name: 'n' },
  ]);
  expect(document.nodes).toMatchObject([
    {
      params: {
        env: { PASSWORD: '<redacted:PASSWORD>', DEBUG: '1' },
        stdin: {
          token: '<redacted:token>',
          headers: [{ name: 'api_key', value: '<redacted:api_key>' }],
          max_tokens: 5,
        },
      },
    },
    { params: { message: '<redacted:api_key>' } },
  ]);
  expect(out).toMatch(/"data": \[\s*90071992547409931,/u);
});

test('the bound counts a secret text in its whole length', async () => {
  const params = { model: MODEL, prompt: '${key}', max_tokens: 1000 };
  const workflow = { inputs: { key: { secret: true } }, nodes: [{ ...call, retry: { max: 1 }, params }] };
  const { document } = await dryRun(workflow, [`key=${'x'.repeat(100_000)}`]);
  expect(document.estimate).toMatchObject({ estimated_cost_usd: 0.102002 });
  expect(JSON.stringify(document)).not.toContain('xxxxxx');
});

test('with stream-json the document is one line', async () => {
  const { out } = await dryRun(flow, ['file=a'], { outputFormat: 'stream-json' });
  expect(out.trimEnd()).not.toContain('\n');
});

const limited = { ...call, retry: { max: 1 }, params: { model: MODEL, prompt: 'Hi', max_tokens: 1000 } };
const unlimited = { ...limited, id: 'more', params: { model: MODEL, prompt: 'Hi' } };
const estimateLine = async (...given: Parameters<typeof dryRun>): Promise<string> => {
  const [workflow, words, flags] = given;
  const { out } = await dryRun(workflow, words, { ...flags, outputFormat: 'text' });
  return out.trimEnd().split('\n').at(-1) ?? '';
};

test('only an estimate that is a bound in all its parts is called one', async () => {
  expect(await estimateLine({ nodes: [limited] })).toBe('estimate  at most $0.002004; without history: ask');
  const { document } = await dryRun({ nodes: [limited, unlimited] });
  expect(document.estimate.nodes_without_limit).toEqual(['more']);
  const both = { nodes: [limited, unlimited], edges: [{ from: 'ask', to: 'more' }] };
  expect(await estimateLine(both)).toMatch(
    /^estimate {2}about \$[\d.]+; without history: ask, more; not limited by max_tokens, or with images: more$/u,
  );
  const mixed = { ...both, nodes: [limited, { ...limited, id: 'more' }] };
  expect(await estimateLine(mixed, [], { logs: [earlier(1)] })).toMatch(
    /^estimate {2}about \$[\d.]+; without history: more$/u,
  );
});
