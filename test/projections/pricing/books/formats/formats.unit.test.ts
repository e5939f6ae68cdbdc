import { describe, expect, test } from 'vitest';
import { createPricing, type Pricing } from '../../../../../projections/pricing/create-pricing.ts';
import { priceBookOf, MILLION, priceOfCall } from '../../../../support/model-calls.ts';

const pricingOf = (json: unknown): Pricing =>
  createPricing({ books: [priceBookOf(json)], unknownModel: 'null' });

describe('a price file in the LiteLLM format', () => {
  const pricing = pricingOf({
    sample_spec: { input_cost_per_token: 0 },
    'gpt-4o-mini': {
      litellm_provider: 'openai',
      input_cost_per_token: 1.5e-7,
      output_cost_per_token: 6e-7,
      cache_read_input_token_cost: 7.5e-8,
      input_cost_per_token_batches: 7.5e-8,
      output_cost_per_token_batches: 3e-7,
      search_context_cost_per_query: { search_context_size_medium: 0.025 },
      mode: 'chat',
    },
    'gemini/gemini-2.5-pro': {
      litellm_provider: 'gemini',
      input_cost_per_token: 1.25e-6,
      input_cost_per_token_above_200k_tokens: 2.5e-6,
      output_cost_per_token: 1e-5,
      output_cost_per_token_above_200k_tokens: 1.5e-5,
    },
    'xai/grok-4': {
      litellm_provider: 'xai',
      input_cost_per_token: 3e-6,
      input_cost_per_token_above_128k_tokens: 6e-6,
      output_cost_per_token: 1.5e-5,
    },
    'dashscope/qwen-plus': {
      litellm_provider: 'dashscope',
      tiered_pricing: [
        { range: [0, 256_000], input_cost_per_token: 4e-7, output_cost_per_token: 1.2e-6 },
        { range: [256_000, 1_000_000], input_cost_per_token: 1.2e-6, output_cost_per_token: 3.6e-6 },
      ],
    },
    'dall-e-3': { litellm_provider: 'openai', input_cost_per_pixel: 1e-7 },
  });
  const cost = (model: string, usage: Record<string, number>, service_tier?: string): string | null =>
    priceOfCall({ model, usage, ...(service_tier === undefined ? {} : { service_tier }) }, pricing).cost_usd;

  test('prices per token become exact prices per million', () => {
    expect(cost('openai/gpt-4o-mini', { input_tokens: MILLION, cache_read_input_tokens: MILLION })).toBe(
      '0.225',
    );
  });

  test('the error of a binary float is not part of a price', () => {
    const noisy = {
      litellm_provider: 'x',
      input_cost_per_token: 1.5000000000000002e-7,
      output_cost_per_token: 0,
    };
    const call = { model: 'noisy', usage: { input_tokens: MILLION } };
    expect(priceOfCall(call, pricingOf({ noisy })).cost_usd).toBe('0.15');
  });

  test('batch prices and searches are converted', () => {
    expect(cost('gpt-4o-mini', { input_tokens: MILLION, output_tokens: MILLION }, 'batch')).toBe('0.375');
    const searched = { model: 'gpt-4o-mini', usage: { input_tokens: 0, requests: { web_search: 4 } } };
    expect(priceOfCall(searched, pricing).cost_usd).toBe('0.1');
  });

  test('thresholds are converted, including the inclusive one', () => {
    expect(cost('google/gemini-2.5-pro', { input_tokens: 200_000, output_tokens: 1000 })).toBe('0.26');
    expect(cost('google/gemini-2.5-pro', { input_tokens: 200_001, output_tokens: 1000 })).toBe('0.5150025');
    expect(cost('x-ai/grok-4', { input_tokens: 128_000 })).toBe('0.768');
  });

  test('a list of ranges becomes tiers', () => {
    expect(cost('dashscope/qwen-plus', { input_tokens: 256_000 })).toBe('0.1024');
    expect(cost('dashscope/qwen-plus', { input_tokens: 256_001 })).toBe('0.3072012');
  });

  test('a model without prices per token is left out', () => {
    expect(cost('dall-e-3', { input_tokens: 1 })).toBeNull();
    expect(cost('sample_spec', { input_tokens: 1 })).toBeNull();
  });

  test('an invalid price is named', () => {
    expect(() =>
      priceBookOf({ 'bad-model': { input_cost_per_token: -1, output_cost_per_token: 0 } }, 'l.json'),
    ).toThrow('l.json, "bad-model": input: must be a decimal number that is not negative');
    expect(() =>
      priceBookOf({ 'bad-model': { input_cost_per_token: '1.2.3', output_cost_per_token: 0 } }, 'l.json'),
    ).toThrow('l.json, "bad-model": input: must be a decimal number');
  });
});

describe('a price file in the genai-prices format', () => {
  const pricing = pricingOf([
    {
      id: 'acme',
      models: [
        {
          id: 'big',
          match: { or: [{ equals: 'big' }, { starts_with: 'big-20' }, { starts_with: 'large' }] },
          prices: {
            input_mtok: { base: 1, tiers: [{ start: 271_999, price: 2 }] },
            output_mtok: 4,
            web_searches_kcount: 10,
            audio_hours: 3,
          },
        },
        {
          id: 'dated',
          match: { equals: 'dated' },
          prices: [
            { prices: { input_mtok: 1, output_mtok: 1 } },
            { constraint: { start_date: '2026-06-01' }, prices: { input_mtok: 2, output_mtok: 2 } },
            {
              constraint: { start_time: '01:00:00Z', end_time: '04:00:00Z' },
              prices: { input_mtok: 8, output_mtok: 8 },
            },
          ],
        },
        { id: 'gift', match: { equals: 'gift' }, prices: {} },
        { id: 'tape', match: { equals: 'tape' }, prices: { audio_hours: 1 } },
      ],
    },
  ]);
  const cost = (model: string, input_tokens: number, at = '2026-11-22T09:30:00.000Z'): string | null =>
    priceOfCall({ model, usage: { input_tokens }, at }, pricing).cost_usd;

  test('a threshold of 271,999 means from 272,000 on', () => {
    expect([cost('acme/big', 271_999), cost('acme/big', 272_000)]).toEqual(['0.271999', '0.544']);
  });

  test('a rule gives its own name, and not every name with that prefix', () => {
    expect([cost('acme/large', MILLION), cost('acme/large-2026-01-01', MILLION)]).toEqual(['2', '2']);
    expect([cost('acme/larger', 1), cost('acme/big-20', 1)]).toEqual([null, null]);
  });

  test('hours that follow a date apply from that date on', () => {
    expect(cost('acme/dated', MILLION, '2026-05-31T02:00:00.000Z')).toBe('1');
    expect(cost('acme/dated', MILLION, '2026-06-01T02:00:00.000Z')).toBe('8');
    expect(cost('acme/dated', MILLION, '2026-06-01T05:00:00.000Z')).toBe('2');
  });

  test('a model without prices is free, and a model with prices in other units is left out', () => {
    expect([cost('acme/gift', 5), cost('acme/tape', 5)]).toEqual(['0', null]);
  });

  test.each([
    [
      { id: 'big', match: {}, prices: { input_mtok: -1 } },
      '"acme/big": prices.input_mtok: must not be negative',
    ],
    [{ id: 'big', match: { regex: '(' }, prices: {} }, '"acme/big": match: regex is not a valid pattern'],
    [{ id: 'big', match: { equals: 3 }, prices: {} }, '"acme/big": match.equals: Invalid input'],
    [
      { id: 'big', match: {}, prices: [{ constraint: { start_time: '1' }, prices: {} }] },
      '"acme/big": prices.0.constraint.start_time: must be a UTC time such as 16:30:00Z',
    ],
    [{ match: {}, prices: {} }, '"acme/model 1": id: '],
    [7, '"acme/model 1": '],
  ])('an invalid entry is named: %j', (model, message) => {
    expect(() => priceBookOf([{ id: 'acme', models: [model] }], 'g.json')).toThrow(`g.json, ${message}`);
  });

  test('a provider without a list of models is named by its position', () => {
    const right = { id: 'acme', models: [] };
    expect(() => priceBookOf([right, { id: 'b' }], 'g.json')).toThrow(
      'g.json, "provider 2": has no id or no list',
    );
  });
});
