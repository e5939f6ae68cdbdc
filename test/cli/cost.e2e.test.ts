// Invariant: the cost of a log can be computed again with any prices. The result names them, and reports what is not
// known.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CostComparison } from '../../projections/cost-comparison/schema.ts';
import type { Cost } from '../../projections/cost/schema.ts';
import { CATALOGUE } from '../../projections/pricing/books/catalogue-version.ts';
import { RULES } from '../../projections/pricing/rules/rules-version.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { readBill } from '../../src/models/usage/bill.ts';
import { FIXTURES } from '../support/fixture-runs.ts';
import { buildRun, type RunBuilder } from '../support/run-builder.ts';
import { expectReplayError, workbench, type Workbench } from '../support/workbench.ts';

const THREE = join(FIXTURES, 'logs/v1/three-models.ndjson');
const MINI = 'openai/gpt-4o-mini';

const OLD = { [MINI]: { input: 0.2, output: 0.8 } };
const NEW = {
  format: 'pflow-prices/1',
  version: '2026-11-01',
  models: { [MINI]: { input: 0.1, output: 0.4 } },
};

let bench: Workbench;

beforeEach(() => {
  bench = workbench();
  bench.write('old.json', OLD);
  bench.write('new.json', NEW);
});

function logOf(name: string, addCalls: (run: RunBuilder) => void): string {
  const run = buildRun().started();
  run.workflow(['ask'], () => run.node('ask', { type: 'llm' }, addCalls));
  run.ended('success');
  return bench.write(name, Buffer.concat(run.events.map(encodeLine)).toString('utf8'));
}

const sha256 = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(bench.path(name)))
    .digest('hex');

async function cost(
  ...args: readonly string[]
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const run = await bench.run(['replay', '--project', 'cost', ...args]);
  expect(run.code).toBe(0);
  return run;
}

async function costOf(...args: readonly string[]): Promise<Cost> {
  const { stdout, stderr } = await cost(...args);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Cost;
}

describe('prices of a cost', () => {
  test('a cost names its prices in full, those of a file by the hash of its bytes', async () => {
    const { pricing } = await costOf(THREE, '--pricing', 'new.json');
    expect(pricing).toEqual({
      source: `new.json + ${CATALOGUE.source}`,
      version: `2026-11-01 + ${CATALOGUE.version}`,
      as_of: null,
      as_model: null,
      unknown_model: 'fallback',
      cost_source: 'calculated',
      rules: RULES.date,
      books: [
        { source: 'new.json', version: '2026-11-01', date: '2026-11-01', sha256: sha256('new.json') },
        { ...CATALOGUE },
      ],
    });
  });

  test('--as-of and --as-model price recorded calls again', async () => {
    const log = logOf('o3.ndjson', (run) =>
      run.call({ model: 'openai/o3', usage: { input_tokens: 1_000_000 } }),
    );
    const totals = await Promise.all([
      costOf(log),
      costOf(log, '--as-of', '2025-06-09T23:59:59.999Z'),
      costOf(log, '--as-of', '2025-06-10'),
      costOf(log, '--as-model', MINI),
    ]);
    expect(totals.map(({ total_cost_usd }) => total_cost_usd)).toEqual(['2', '10', '2', '0.15']);
    expect(totals[3].by_model[0]?.prices[0]).toMatchObject({ entry: MINI, by: 'as_model', rule: 'exact' });
  });
});

describe('two price files', () => {
  test('two price files are compared by model and node', async () => {
    const { stdout, stderr } = await cost(THREE, '--pricing', 'old.json', '--pricing', 'new.json');
    expect(stderr).toBe('');
    const result = JSON.parse(stdout) as CostComparison;
    expect([result.before_usd, result.after_usd, result.difference_usd]).toEqual([
      '0.0097821',
      '0.0097325',
      '-0.0000496',
    ]);
    expect(result.by_model.find(({ model }) => model === MINI)).toMatchObject({
      before_usd: '0.0000992',
      after_usd: '0.0000496',
      difference_usd: '-0.0000496',
    });
    expect(result.by_node.map(({ node, difference_usd }) => [node, difference_usd])).toEqual([
      ['critique', '0'],
      ['draft', '-0.0000496'],
      ['final', '0'],
    ]);
    const hashes = [result.before, result.after].map(({ pricing }) => pricing.books[0]?.sha256);
    expect(hashes).toEqual([sha256('old.json'), sha256('new.json')]);
  });

  test('a comparison as a table has aligned amounts', async () => {
    const { stdout } = await cost(
      THREE,
      '--pricing',
      'old.json',
      '--pricing',
      'new.json',
      '--format',
      'table',
    );
    expect(stdout.split('\n').slice(0, 22)).toEqual([
      'currency        USD',
      'before_usd      0.0097821',
      'after_usd       0.0097325',
      'difference_usd  -0.0000496',
      'exact           true',
      'calls           3',
      'failed_calls    0',
      'reused_calls    0',
      '',
      'by_model',
      'model                        calls  before_usd  after_usd  difference_usd  before_state  after_state  before_entries               after_entries',
      'anthropic/claude-sonnet-4-0      1   0.0092136  0.0092136       0          priced        priced       anthropic/claude-sonnet-4-0  anthropic/claude-sonnet-4-0',
      'google/gemini-2.5-flash          1   0.0004693  0.0004693       0          priced        priced       google/gemini-2.5-flash      google/gemini-2.5-flash',
      'openai/gpt-4o-mini               1   0.0000992  0.0000496      -0.0000496  priced        priced       openai/gpt-4o-mini           openai/gpt-4o-mini',
      '',
      'by_node',
      'node      phase     calls  before_usd  after_usd  difference_usd',
      'critique  workflow      1   0.0092136  0.0092136       0',
      'draft     workflow      1   0.0000992  0.0000496      -0.0000496',
      'final     workflow      1   0.0004693  0.0004693       0',
      '',
      'by_phase',
    ]);
  });

  test.each([
    ['with another projection', ['--project', 'cost,metrics']],
    ['with --explain', ['--project', 'cost', '--explain']],
    ['and a third one', ['--project', 'cost', '--pricing', 'old.json']],
  ])('price files are wrong usage: %s', async (_what, more) => {
    const run = await bench.run(['replay', THREE, '--pricing', 'old.json', '--pricing', 'new.json', ...more]);
    expect(expectReplayError(run, 2, 'USAGE')[1]).toBe(
      '  two price files are compared, by --project cost alone and without --explain',
    );
  });
});

describe('--explain', () => {
  test('--explain shows each call with its price, and count × price = amount', async () => {
    const log = logOf('explained.ndjson', (run) =>
      run
        .call({
          model: 'anthropic/claude-sonnet-4-5',
          response_model: 'claude-sonnet-4-5-20250929',
          service_tier: 'batch',
          usage: {
            input_tokens: 150_000,
            cache_read_input_tokens: 60_000,
            output_tokens: 1000,
            requests: { web_search: 3 },
          },
        })
        .call({ model: MINI, usage: { input_tokens: 10, output_tokens: 20, reasoning_tokens: 5 } })
        .call({ model: MINI, usage: { output_tokens: 5, reasoning_tokens: 6 } }),
    );
    const { stdout } = await cost(log, '--explain', '--format', 'table');
    const lines = stdout.split('\n');
    const at = lines.indexOf('lines');
    expect(lines.slice(at, lines.indexOf('', at))).toEqual([
      'lines',
      'call 1  ask  anthropic/claude-sonnet-4-5  0.50925',
      '    price of anthropic/claude-sonnet-4-5 (answered by claude-sonnet-4-5-20250929; date suffix; @pydantic/genai-prices), tier input > 200000, service tier batch',
      '    input       150,000 ×     3 per million = 0.45',
      '    output        1,000 × 11.25 per million = 0.01125',
      '    cache_read   60,000 ×   0.3 per million = 0.018',
      '    web_search        3 ×    10 per 1,000   = 0.03',
      `call 2  ask  ${MINI}  0.0000135`,
      `    price of ${MINI} (as requested; exact; @pydantic/genai-prices)`,
      '    input            10 ×  0.15 per million = 0.0000015',
      '    output           15 ×   0.6 per million = 0.000009',
      '    reasoning         5 ×   0.6 per million = 0.000003  priced as output',
      `call 3  ask  ${MINI}  no cost  rejected`,
      '    reasoning, audio and image output exceed output_tokens',
    ]);
  });
});

describe('an unknown model', () => {
  const NEAR = 'openai/gpt-4o-mini, openai/gpt-4o, openai/ft:gpt-4o-mini';
  const unknown = (): string =>
    logOf('unknown.ndjson', (run) =>
      run.call({ model: 'openai/gpt-4o-mni', usage: { input_tokens: 1_000_000 } }),
    );

  test.each([
    [
      'fallback',
      { total_cost_usd: '3', exact: false, estimated: 1, unpriced: 0 },
      'its cost is estimated by the price of anthropic/claude-sonnet-4-0',
    ],
    ['null', { total_cost_usd: '0', exact: false, estimated: 0, unpriced: 1 }, '1 call not in the total'],
  ])(
    '--unknown-model %s lists an unknown model, and warns with the nearest names',
    async (policy, expected, consequence) => {
      const log = unknown();
      const { stdout, stderr } = await cost(log, '--unknown-model', policy);
      const { total_cost_usd, exact, estimated, unpriced } = JSON.parse(stdout) as Cost;
      expect({ total_cost_usd, exact, estimated: estimated.length, unpriced: unpriced.length }).toEqual(
        expected,
      );
      expect([...estimated, ...unpriced][0]?.nearest.join(', ')).toBe(NEAR);
      const warning = `warning no price is known for openai/gpt-4o-mni; ${consequence}, --pricing FILE gives its price; known names nearby: ${NEAR}\n`;
      expect(stderr).toBe(warning);
      const table = await cost(log, '--unknown-model', policy, '--format', 'table');
      expect(table.stdout).toContain(NEAR.slice(0, 40));
      for (const project of ['metrics', 'trace', 'steps', 'summary']) {
        const other = await bench.run(['replay', log, '--project', project, '--unknown-model', policy]);
        expect([project, other.stderr]).toEqual([project, warning]);
      }
    },
  );

  test('--unknown-model error refuses an unknown model with the nearest names, for every projection', async () => {
    const log = unknown();
    for (const project of ['cost', 'metrics', 'store']) {
      const run = await bench.run(['replay', log, '--project', project, '--unknown-model', 'error']);
      expect(expectReplayError(run, 1, 'NO_PRICE').slice(0, 2)).toEqual([
        'error NO_PRICE: no price is known for openai/gpt-4o-mni',
        `  openai/gpt-4o-mni: known names nearby are ${NEAR}`,
      ]);
    }
    const compared = ['--pricing', 'old.json', '--pricing', 'new.json', '--unknown-model', 'error'];
    expectReplayError(await bench.run(['replay', log, '--project', 'cost', ...compared]), 1, 'NO_PRICE');
  });

  test('an estimate for another reason names that reason', async () => {
    const log = logOf('turbo.ndjson', (run) =>
      run.call({ model: MINI, service_tier: 'turbo', usage: { input_tokens: 1 } }),
    );
    const { stderr } = await cost(log);
    expect(stderr).toBe(
      `warning the cost of ${MINI} is estimated by ${MINI}: no price for service tier "turbo"\n`,
    );
  });

  test('results without money give no warning about an unknown model', async () => {
    const run = await bench.run(['replay', unknown(), '--project', 'store,warnings,answers']);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('contradictory usage', () => {
  test('contradictory usage is never charged, and reported on stderr', async () => {
    const log = logOf('contradictory.ndjson', (run) =>
      run.call({ model: MINI, usage: { output_tokens: 5, reasoning_tokens: 6 } }),
    );
    const { stdout, stderr } = await cost(log);
    expect(JSON.parse(stdout)).toMatchObject({ total_cost_usd: '0', exact: false, rejected: [{ calls: 1 }] });
    expect(stderr).toBe(
      `warning 1 call of ${MINI} not in the total: reasoning, audio and image output exceed output_tokens\n`,
    );
  });
});

describe('a cost that the provider reports', () => {
  test('a cost that the provider reports is shown by model, in JSON and in the table', async () => {
    const body = JSON.parse(
      readFileSync(join(FIXTURES, 'providers/openai-chat-openrouter.json'), 'utf8'),
    ) as unknown;
    const model = 'openrouter/anthropic/claude-sonnet-4';
    const log = logOf('openrouter.ndjson', (run) =>
      run
        .call({ ...readBill(body, { provider: 'openrouter', model: '' }), model, provider: 'openrouter' })
        .call({ model: MINI }),
    );
    const reported = {
      calls: 1,
      provider_cost_usd: '0.00123',
      cost_usd: '0.002247',
      difference_usd: '0.001017',
    };
    const { stdout: json, stderr } = await cost(log);
    const { by_model, reported: whole, total_cost_usd } = JSON.parse(json) as Cost;
    expect(total_cost_usd).toBe('0.00168');
    expect(stderr).toMatch(/^warning REPORTED_DIFFERS: the cost of 1 call of openrouter/u);
    expect([whole, ...by_model.map((row) => row.reported)]).toEqual([reported, undefined, reported]);
    const { stdout } = await cost(log, '--format', 'table');
    const rows = stdout.split('\n');
    const header = rows.find((line) => line.startsWith('model ') && line.includes('difference_usd'));
    expect(header).toMatch(/reported\.provider_cost_usd {2}reported\.cost_usd {2}reported\.difference_usd$/u);
    expect(rows.find((line) => line.startsWith(model))).toMatch(/ 0\.00123 +0\.002247 +0\.001017$/u);
  });
});
