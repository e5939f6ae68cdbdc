// Tests the JSON Schemas of `pflow schema`. They accept what pflow accepts and refuse what it refuses.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { ROOT } from '../support/root.ts';
import { workbench } from '../support/workbench.ts';

const NAMES = ['workflow', 'events', 'settings', 'result', 'prices'] as const;
const validators = new Map<string, ValidateFunction>();

beforeAll(async () => {
  await Promise.all(
    NAMES.map(async (name) => {
      const { code, stdout } = await runCli(['schema', name, '--nodes', 'fixtures/nodes/text-nodes.js'], {
        cwd: ROOT,
      });
      expect(code).toBe(0);
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      validators.set(name, ajv.compile(JSON.parse(stdout) as object));
    }),
  );
});

function isAccepted(name: (typeof NAMES)[number], value: unknown): boolean {
  return validators.get(name)?.(value) === true;
}

const folder = join(ROOT, 'fixtures/workflows');
const workflows = readdirSync(folder).filter((name) => name.endsWith('.json'));

test.each(workflows)('the workflow schema accepts %s', (name) => {
  const workflow: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  expect(isAccepted('workflow', workflow)).toBe(true);
});

const echo = { id: 'a', type: 'echo', params: { message: 'x' } };

describe('the schema of price files', () => {
  const own = {
    format: 'pflow-prices/1',
    version: '2026-11-01',
    currency: 'USD',
    source: 'our contract',
    models: {
      'acme/small': { input: '0.12', output: 0.48, aliases: ['small'] },
      'acme/large': [
        { until: '2026-06-01', input: 2, output: 8 },
        {
          from: '2026-06-01',
          input: 1,
          output: 4,
          requests: { web_search: { per_1000: 10 } },
          tiers: [{ above_input_tokens: 200_000, inclusive: true, input: 2, output: 6 }],
          service_tiers: { batch: { multiplier: 0.5 }, priority: { input: 4, output: 16 } },
        },
        { from: '2026-06-01', utc_window: ['16:30', '00:30'], days: ['mon'], input: 0.5, output: 2 },
        { when: { speed: 'fast' }, multiplier: 3 },
      ],
    },
  };

  test('accepts the whole form', () => {
    expect(isAccepted('prices', own)).toBe(true);
  });

  test.each<[string, object]>([
    ['an unknown key of a card', { ...own, models: { m: { input: 1, output: 2, inptu: 3 } } }],
    ['a negative price', { ...own, models: { m: { input: -1, output: 2 } } }],
    ['another currency', { ...own, currency: 'EUR' }],
    ['a price in words', { ...own, models: { m: { input: 'cheap', output: 2 } } }],
    ['an unknown day', { ...own, models: { m: { input: 1, output: 2, days: ['monday'] } } }],
    ['a tier without a threshold', { ...own, models: { m: { input: 1, output: 2, tiers: [{ input: 2 }] } } }],
  ])('refuses %s, as replay does', async (name, book) => {
    expect({ name, isAccepted: isAccepted('prices', book) }).toEqual({ name, isAccepted: false });
    const bench = workbench();
    bench.write('prices.json', book);
    const log = join(ROOT, 'fixtures/logs/v1/summarise-file.ndjson');
    const run = await bench.run(['replay', log, '--project', 'cost', '--pricing', 'prices.json']);
    expect({ name, code: run.code }).toEqual({ name, code: 2 });
  });
});

describe('the workflow schema', () => {
  test.each<[string, object]>([
    [
      'a template for a number',
      { nodes: [{ id: 'a', type: 'http', params: { url: '${u}', timeout_s: '${t}' } }] },
    ],
    ['a node without params', { nodes: [{ id: 'a', type: 'echo' }] }],
    ['$schema', { $schema: './workflow.schema.json', nodes: [echo] }],
    ['a batch', { nodes: [{ ...echo, batch: { items: '${list}', parallel: true } }] }],
  ])('accepts %s', (_name, workflow) => {
    expect(isAccepted('workflow', workflow)).toBe(true);
  });

  test.each<[string, object]>([
    ['no nodes', {}],
    ['an unknown key', { nodes: [echo], node: [] }],
    ['an unknown key of a node', { nodes: [{ ...echo, parms: {} }] }],
    ['an unknown type', { nodes: [{ ...echo, type: 'ehco' }] }],
    ['an unknown param', { nodes: [{ ...echo, params: { mesage: 'x' } }] }],
    ['a missing param', { nodes: [{ id: 'a', type: 'shell', params: {} }] }],
    ['missing params', { nodes: [{ id: 'a', type: 'shell' }] }],
    ['a param of another type', { nodes: [{ id: 'a', type: 'shell', params: { command: 7 } }] }],
    ['a text without a template for a number', { nodes: [{ ...echo, retry: { max: 'three' } }] }],
    ['a batch without items', { nodes: [{ ...echo, batch: {} }] }],
    ['an edge without a target', { nodes: [echo], edges: [{ from: 'a' }] }],
  ])('refuses %s, as validate does', async (name, workflow) => {
    expect(isAccepted('workflow', workflow)).toBe(false);
    const bench = workbench();
    bench.write('w.json', workflow);
    expect({ name, code: (await bench.run(['validate', 'w.json'])).code }).toEqual({ name, code: 2 });
  });
});

test('the schema of events accepts every line of a recorded log, and no other payload', () => {
  const log = readFileSync(join(ROOT, 'fixtures/logs/v1/summarise-file.ndjson'), 'utf8');
  const lines = log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string; readonly data: object });
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((line) => !isAccepted('events', line))).toEqual([]);
  const [first] = lines;
  expect(isAccepted('events', { ...first, data: { ...first?.data, format: 'one' } })).toBe(false);
});

test('the schema of settings accepts settings and refuses an unknown key', () => {
  const providers = { local: { base_url: 'http://127.0.0.1:8080/v1' } };
  expect(isAccepted('settings', { providers, default_model: 'local/name' })).toBe(true);
  expect(isAccepted('settings', { provider: providers })).toBe(false);
});

test('the schema of results accepts every document of a run, and no other one', async () => {
  const bench = workbench();
  bench.write('good.json', { nodes: [echo] });
  bench.write('bad.json', {
    nodes: [{ id: 'a', type: 'shell', params: { command: 'echo no >&2; exit 3' } }],
  });
  bench.write('wrong.json', { nodes: [{ id: 'a', type: 'ehco' }] });
  const [good, bad, wrong] = await Promise.all(
    [['good.json', '--log', 'runs/'], ['bad.json', '--log', 'runs/'], ['wrong.json']].map(
      async (args) => JSON.parse((await bench.run(['run', ...args, '--json'])).stdout) as object,
    ),
  );
  for (const document of [good, bad, wrong]) {
    isAccepted('result', document);
    expect(validators.get('result')?.errors ?? []).toEqual([]);
  }
  const path = bench.path('good.json');
  expect(good).toMatchObject({
    subtype: 'success',
    workflow: { name: 'good', path, hash: expect.any(String) as string },
  });
  expect(bad).toMatchObject({
    ...{ subtype: 'error_during_execution', exit_code: 1 },
    error: { command: 'echo no >&2; exit 3', exit_code: 3, stdout: '', stderr: 'no' },
  });
  expect(wrong).toMatchObject({
    ...{ exit_code: 2, result: null },
    error: { problems: [{ path: 'nodes[0].type', code: 'PARAM_INVALID' }] },
  });
  expect(isAccepted('result', { ...good, subtype: 'fine' })).toBe(false);
  expect(isAccepted('result', { ...bad, error: {} })).toBe(false);
});

test('an unknown name is a usage error that lists the names', async () => {
  const { code, stderr } = await workbench().run(['schema', 'workflows']);
  expect(code).toBe(2);
  expect(stderr).toContain('workflow, events, result, settings');
});
