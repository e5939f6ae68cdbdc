// Tests the coverage script over short lists in the forms of models.dev and LiteLLM.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPriceList } from '../../bench/coverage-list.ts';
import { coverageOf } from '../../bench/coverage.ts';
import { temporaryFolder } from '../support/cli.ts';
import { cataloguePricing } from '../support/model-calls.ts';
import { packTar } from '../support/package-registry.ts';

const AT = '2026-11-20T12:00:00.000Z';
const ours = cataloguePricing({ unknownModel: 'null' });

test('models.dev: each model is the same, differs, is assumed or unknown, and differences are named', () => {
  const cost = (input: number, output: number, more: object = {}): object => ({
    cost: { input, output, ...more },
  });
  const list = {
    openai: {
      id: 'openai',
      models: {
        'gpt-4o': cost(2.5, 10, { cache_read: 1.25 }),
        'gpt-5.4': cost(2.5, 15, { tiers: [{ tier: { size: 272_000 }, input: 5, output: 22.5 }] }),
        'gpt-4o-mini': cost(0.15, 0.7),
        'gpt-99': cost(1, 2),
      },
    },
    azure: { id: 'azure', models: { 'gpt-4o': cost(2.5, 10) } },
  };
  expect(coverageOf(list, { at: AT, ours })).toEqual([
    { seller: 'azure', same: 0, differs: 0, assumed: 1, unknown: 0, differences: [], missing: [] },
    {
      seller: 'openai',
      same: 2,
      differs: 1,
      assumed: 0,
      unknown: 1,
      differences: ['openai/gpt-4o-mini: output 0.0006 and not 0.0007'],
      missing: ['openai/gpt-99'],
    },
  ]);
});

test('LiteLLM: published prices of makers are the same in all classes', () => {
  const entry = (litellm_provider: string, input: number, output: number, more: object = {}): object => ({
    litellm_provider,
    input_cost_per_token: input,
    output_cost_per_token: output,
    ...more,
  });
  const list = {
    'gpt-4.1': entry('openai', 2e-6, 8e-6, { cache_read_input_token_cost: 5e-7 }),
    'claude-haiku-4-5': entry('anthropic', 1e-6, 5e-6, {
      cache_read_input_token_cost: 1e-7,
      cache_creation_input_token_cost: 1.25e-6,
    }),
    'gemini/gemini-2.5-pro': entry('gemini', 1.25e-6, 1e-5, {
      input_cost_per_token_above_200k_tokens: 2.5e-6,
      cache_read_input_token_cost: 1.25e-7,
    }),
    'deepseek/deepseek-chat': entry('deepseek', 1.5e-7, 6e-7, { cache_read_input_token_cost: 3e-9 }),
  };
  const rows = coverageOf(list, { at: AT, ours });
  expect(rows.flatMap(({ differences }) => differences)).toEqual([]);
  expect(rows.map(({ seller, same }) => [seller, same])).toEqual([
    ['anthropic', 1],
    ['deepseek', 1],
    ['gemini', 1],
    ['openai', 1],
  ]);
});

test('a package that carries the list of models.dev is read as that list', () => {
  const prices = (input: number, more: object = {}): object => ({
    input,
    output: 15,
    cacheRead: 0.25,
    cacheWrite: 0,
    ...more,
  });
  const tiers = [{ ...prices(5, { output: 22.5 }), inputTokensAbove: 272_000, cacheRead: 0.5 }];
  const models = {
    'openai-responses': {
      'chat:gpt-5.4': { id: 'gpt-5.4', cost: prices(2.5, { tiers }) },
      'chat:free': { id: 'no-price' },
    },
  };
  const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const path = join(temporaryFolder(), 'list.tgz');
  writeFileSync(
    path,
    packTar({
      'package/dist/providers/data/.manifest.json': text({ files: { 'openai.json': 'x' } }),
      'package/dist/providers/data/openai.json': text(models),
    }),
  );
  expect(coverageOf(readPriceList(path), { at: AT, ours })).toMatchObject([
    { seller: 'openai', same: 1, differs: 0, unknown: 0 },
  ]);
});
