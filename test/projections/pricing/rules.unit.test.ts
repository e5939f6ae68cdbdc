// The price rules: what they add to any book of a model, and what they never change.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parsePriceBook } from '../../../projections/pricing/books/parse-price-book.ts';
import { createPricing, type Pricing } from '../../../projections/pricing/create-pricing.ts';
import { rulesSchema } from '../../../projections/pricing/rules/rule-schema.ts';
import { RULES } from '../../../projections/pricing/rules/rules-version.ts';
import { MILLION, priceOfCall, rules, type CompletedCallOptions } from '../../support/model-calls.ts';

const AT = '2026-11-20T12:00:00.000Z';

/** Cost, state and codes of doubts, in one line. */
function priced(facts: CompletedCallOptions, pricing?: Pricing): string {
  const call = priceOfCall({ at: AT, ...facts }, pricing);
  return [call.cost_usd ?? call.state, ...call.doubts.map(({ code }) => code)].join(' ');
}

const input = { input_tokens: MILLION };
const output = { output_tokens: MILLION };

const over = (json: unknown): Pricing =>
  createPricing({
    books: [parsePriceBook(json, { source: 'list', version: '1', date: '2026-11-15' })],
    rules: { date: rules.date, load: () => rules },
  });

test('the rules are valid, and each has its source and date', () => {
  const text = readFileSync(new URL('../../../projections/pricing/rules.json', import.meta.url), 'utf8');
  expect(createHash('sha256').update(text).digest('hex')).toBe(RULES.sha256);
  const checked = rulesSchema.safeParse(JSON.parse(text));
  expect(checked.error?.issues ?? []).toEqual([]);
  expect(checked.data?.date).toBe(RULES.date);
  expect(checked.data?.rules.every(({ source }) => source.startsWith('https://'))).toBe(true);
  const cards = Object.fromEntries(
    (checked.data?.rules ?? []).map(({ cards = [] }, at) => [`rule-${String(at)}`, cards]),
  );
  const withCards = Object.entries(cards).filter(([, list]) => list.length > 0);
  expect(() =>
    parsePriceBook(Object.fromEntries(withCards), { source: 'rules', version: '1' }),
  ).not.toThrow();
  expect(() => parsePriceBook(checked.data?.models, { source: 'rules', version: '1' })).not.toThrow();
});

describe('service tiers', () => {
  test.each([
    ['openai/gpt-5.4', 'batch', '3.75'],
    ['openai/gpt-5.4', 'flex', '3.75'],
    ['openai/gpt-4.1', 'priority', '14'],
    ['openai/gpt-4o-mini', 'priority', '1'],
    ['google/gemini-2.5-flash', 'flex', '1.25'],
    ['google/gemini-2.5-flash', 'ON_DEMAND_FLEX', '1.25'],
    ['google/gemini-2.5-pro', 'priority', '18'],
    ['google/gemini-3.1-pro-preview', 'batch', '6'],
    ['mistral/mistral-large-2512', 'batch', '0.75'],
    ['anthropic/claude-haiku-4-5', 'batch', '2.5'],
    ['groq/openai/gpt-oss-20b', 'batch', '0.15'],
    ['openai/gpt-4o', 'flex', '10 TIER_UNPRICED'],
    ['anthropic/claude-haiku-4-5', 'priority', '5 TIER_UNPRICED'],
  ])('%s in %s', (model, service_tier, expected) => {
    const usage = service_tier === 'priority' && model.includes('gpt-4.1') ? output : output;
    const tier = model.startsWith('openai/gpt-5.4') ? { ...output, output_tokens: 500_000 } : usage;
    expect(priced({ model, usage: tier, service_tier })).toBe(expected);
  });

  test('a service tier in the usage counts where the call itself has no tier', () => {
    const usage = { ...output, tier: 'flex' };
    expect(priced({ model: 'google/gemini-2.5-flash', usage })).toBe('1.25');
  });
});

describe('any list of prices', () => {
  const genai = [
    {
      id: 'openai',
      name: 'OpenAI',
      models: [
        {
          id: 'gpt-5.4',
          match: { equals: 'gpt-5.4' },
          prices: { input_mtok: { base: 2, tiers: [{ start: 271_999, price: 4 }] }, output_mtok: 8 },
        },
      ],
    },
  ];
  const litellm = {
    'gpt-5.4': { input_cost_per_token: 2e-6, output_cost_per_token: 8e-6, litellm_provider: 'openai' },
  };
  const modelsDev = { openai: { id: 'openai', models: { 'gpt-5.4': { cost: { input: 2, output: 8 } } } } };

  test.each([
    ['genai-prices', genai],
    ['LiteLLM', litellm],
    ['models.dev', modelsDev],
    ['a price file', { 'openai/gpt-5.4': { input: 2, output: 8 } }],
  ])('%s has the factor of a batch', (_form, json) => {
    expect(priced({ model: 'openai/gpt-5.4', usage: output, service_tier: 'batch' }, over(json))).toBe('4');
  });

  test('a threshold that belongs to the lower tier is corrected', () => {
    const cost = (input_tokens: number): string =>
      priced({ model: 'gpt-5.4', usage: { input_tokens } }, over(genai));
    expect([cost(272_000), cost(272_001)]).toEqual(['0.544', '1.088004']);
  });

  test('prices that a list has itself are kept', () => {
    const own = { 'gpt-5.4': { ...litellm['gpt-5.4'], output_cost_per_token_batches: 1e-6 } };
    expect(priced({ model: 'openai/gpt-5.4', usage: output, service_tier: 'batch' }, over(own))).toBe('1');
  });

  test('a price file of the user is never corrected', () => {
    const mine = { 'deepseek/deepseek-chat': { input: 9, output: 9 } };
    expect(priced({ model: 'deepseek/deepseek-chat', usage: input }, over(mine))).toBe('9');
  });

  test('a list that is newer than a correction has its own prices from the day of the correction on', () => {
    const list = { 'deepseek/deepseek-chat': { input_cost_per_token: 9e-6, output_cost_per_token: 9e-6 } };
    const book = parsePriceBook(list, { source: 'list', version: '1', date: '2027-01-10' });
    const pricing = createPricing({ books: [book], rules: { date: rules.date, load: () => rules } });
    const at = (day: string): string =>
      priced({ model: 'deepseek/deepseek-chat', usage: input, at: `${day}T12:00:00.000Z` }, pricing);
    expect([at('2025-12-01'), at('2027-01-10')]).toEqual(['0.28', '9']);
  });
});

describe('DeepSeek', () => {
  const cost = (model: string, at: string): string =>
    priced({ model: `deepseek/${model}`, usage: { ...input, ...output }, at });

  test.each([
    ['deepseek-chat', '2025-01-10T12:00:00.000Z', '0.42'],
    ['deepseek-chat', '2025-06-10T12:00:00.000Z', '1.37'],
    ['deepseek-chat', '2025-06-10T20:00:00.000Z', '0.685'],
    ['deepseek-chat', '2025-09-10T20:00:00.000Z', '2.24'],
    ['deepseek-chat', '2025-12-01T20:00:00.000Z', '0.7'],
    ['deepseek-reasoner', '2025-06-10T12:00:00.000Z', '2.74'],
    ['deepseek-reasoner', '2025-06-10T20:00:00.000Z', '0.685'],
    ['deepseek-reasoner', '2025-12-01T20:00:00.000Z', '0.7'],
    ['deepseek-v4-flash', '2026-08-16T15:59:59.999Z', '0.42'],
    ['deepseek-v4-flash', '2026-08-16T16:00:00.000Z', '0.88'],
    ['deepseek-v4-flash', '2026-11-20T12:00:00.000Z', '0.75'],
    ['deepseek-v4-flash', '2026-11-20T01:00:00.000Z', '1.5'],
    ['deepseek-v4-flash', '2026-11-20T09:59:59.999Z', '1.5'],
    ['deepseek-v4-flash', '2026-11-22T02:00:00.000Z', '0.75'],
    ['deepseek-v4-flash', '2026-10-01T02:00:00.000Z', '0.75'],
    ['deepseek-flash', '2026-11-20T02:00:00.000Z', '1.5'],
    ['deepseek-v4-pro', '2026-11-20T02:00:00.000Z', '5.28'],
    ['deepseek-v4-pro', '2026-11-21T02:00:00.000Z', '2.64'],
  ])('%s at %s costs %s', (model, at, expected) => {
    expect(cost(model, at)).toBe(expected);
  });
});

describe('conditions of a call', () => {
  test.each([
    ['claude-opus-4-8', { speed: 'fast' }, '10'],
    ['claude-opus-4-7', { speed: 'fast' }, '30'],
    ['claude-opus-4-8', { speed: 'standard' }, '5'],
    ['claude-opus-4-8', { geo: 'us' }, '5.5'],
    ['claude-opus-4-8', { speed: 'fast', geo: 'us' }, '11'],
    ['claude-opus-4-8', { geo: 'global' }, '5'],
    ['claude-opus-4-8', { geo: 'eu' }, '5 REGION_ASSUMED'],
    ['claude-haiku-4-5', { speed: 'fast' }, '1 TIER_UNPRICED'],
    ['claude-haiku-4-5', { geo: 'not_available' }, '1'],
  ])('%s with %o costs %s', (model, facts, expected) => {
    expect(priced({ model: `anthropic/${model}`, usage: { ...input, ...facts } })).toBe(expected);
  });

  test('the fee of a Perplexity request depends on the search context, and an unknown one is a doubt', () => {
    const fee = (search_context?: string): string =>
      priced({
        model: 'perplexity/sonar',
        usage: { input_tokens: 0, ...(search_context && { search_context }) },
      });
    expect([fee('low'), fee('medium'), fee('HIGH')]).toEqual(['0.005', '0.008', '0.012']);
    expect(fee()).toBe('0.012 TIER_UNPRICED');
  });

  test('cards of a price file: prices or a factor, laid over the card without a condition', () => {
    const book = {
      m: [
        { input: 2, output: 10, requests: { web_search: { per_1000: 10 } } },
        { when: { speed: 'turbo' }, input: 7, tiers: [{ above_input_tokens: 100, input: 9 }] },
        { when: { geo: ['de', 'fr'] }, multiplier: '1.5', from: '2026-06-01' },
      ],
    };
    const cost = (facts: object, at = AT): string =>
      priced(
        {
          model: 'm',
          at,
          usage: { input_tokens: 100, output_tokens: 100, requests: { web_search: 1 }, ...facts },
        },
        over(book),
      );
    expect(cost({})).toBe('0.0112');
    expect(cost({ speed: 'turbo' })).toBe('0.0117');
    expect(cost({ speed: 'turbo', input_tokens: 101 })).toBe('0.011909');
    expect(cost({ geo: 'FR' })).toBe('0.0118');
    expect(cost({ geo: 'fr', speed: 'turbo' })).toBe('0.01255');
    expect(cost({ geo: 'de' }, '2026-05-31T23:00:00.000Z')).toBe('0.0112');
  });

  test('prices of a condition do not know those of a service tier, nor those of long input in a list', () => {
    const card = {
      ...{
        input: 2,
        output: 10,
        service_tiers: { priority: { input: 5, output: 20 }, batch: { multiplier: 0.5 } },
      },
      tiers: [{ above_input_tokens: 200_000, input: 4 }],
    };
    const cards = [card, { when: { speed: 'turbo' }, input: 7 }];
    const cost = (book: object, facts: CompletedCallOptions = {}): string =>
      priced({ model: 'm', usage: { ...input, speed: 'turbo' }, ...facts }, over(book));
    const listed = { format: 'pflow-prices/1', imported: true, models: { m: cards } };
    expect(cost({ m: cards })).toBe('7');
    expect(cost(listed)).toBe('7 TIER_UNPRICED');
    expect(cost(listed, { usage: { input_tokens: 100_000, speed: 'turbo' } })).toBe('0.7');
    expect(cost({ m: cards }, { service_tier: 'batch' })).toBe('3.5');
    expect(cost({ m: cards }, { service_tier: 'priority' })).toBe('5 TIER_UNPRICED');
  });

  test.each([
    [{ when: { speed: 'x' }, input: 1, multiplier: 2 }, 'has either a multiplier or prices, not both'],
    [{ input: 1, output: 1, multiplier: 2 }, 'multiplier is for a card with `when`'],
    [{ when: {}, multiplier: 2 }, 'when: has no condition'],
    [{ when: { weather: 'fine' }, multiplier: 2 }, 'when: Unrecognized key: "weather"'],
    [{ input: 1, output: 1, days: ['sunday'] }, 'days.0: Invalid option'],
  ])('a card that contradicts itself is named: %o', (card, problem) => {
    const parse = (): unknown =>
      parsePriceBook({ m: [{ input: 1, output: 1 }, card] }, { source: 'f', version: '1' });
    expect(parse).toThrow(problem);
  });
});

describe('days of the week', () => {
  const week = over({
    m: [
      { input: 1, output: 1 },
      { days: ['fri'], utc_window: ['22:00', '02:00'], input: 5, output: 5 },
      { days: ['sun'], input: 3, output: 3 },
    ],
  });
  test.each([
    ['2026-11-20T21:59:59.999Z', '1'],
    ['2026-11-20T22:00:00.000Z', '5'],
    ['2026-11-21T01:59:59.999Z', '5'],
    ['2026-11-21T02:00:00.000Z', '1'],
    ['2026-11-21T22:30:00.000Z', '1'],
    ['2026-11-22T00:00:00.000Z', '3'],
    ['2026-11-22T23:59:59.999Z', '3'],
    ['2026-11-23T00:00:00.000Z', '1'],
  ])('at %s the price is %s: a window after midnight belongs to the day it began', (at, expected) => {
    expect(priced({ model: 'm', usage: input, at }, week)).toBe(expected);
  });

  test('windows on different days do not overlap, on the same day they do', () => {
    const book = (days: readonly string[]): unknown => ({
      m: [
        { input: 1, output: 1 },
        { days: ['sun'], utc_window: ['20:00', '04:00'], input: 2, output: 2 },
        { days, utc_window: ['03:00', '05:00'], input: 3, output: 3 },
      ],
    });
    expect(() => over(book(['tue', 'sun']))).not.toThrow();
    expect(() => over(book(['mon']))).toThrow(/overlap/);
  });
});

describe('tools', () => {
  test.each([
    ['google/gemini-2.5-flash', { web_search: 1 }, '0.035'],
    ['google/gemini-3-flash-preview', { web_search: 3 }, '0.042'],
    ['anthropic/claude-sonnet-4-5', { web_search: 2, web_fetch: 5 }, '0.02'],
    ['anthropic/claude-sonnet-4-5', { code_execution: 1 }, '0 CLASS_UNPRICED'],
    ['openai/gpt-5.4', { web_fetch: 1 }, '0 CLASS_UNPRICED'],
  ])('%s with %o costs %s', (model, requests, expected) => {
    expect(priced({ model, usage: { input_tokens: 0, requests } })).toBe(expected);
  });
});

describe('audio and images', () => {
  test.each([
    ['openai/gpt-4o-audio-preview', { ...input, input_audio_tokens: MILLION }, '40'],
    ['openai/gpt-4o-mini-audio-preview', { ...output, output_audio_tokens: MILLION }, '20'],
    ['google/gemini-2.5-pro', { input_tokens: 1000, input_audio_tokens: 1000 }, '0.00125'],
    ['google/gemini-2.5-flash', { ...input, input_image_tokens: MILLION }, '0.3'],
    ['openai/gpt-4o', { ...input, input_image_tokens: MILLION }, '2.5'],
    ['mistral/pixtral-12b', { ...input, input_image_tokens: MILLION }, '0.15 CLASS_UNPRICED'],
    ['openai/gpt-4o', { ...input, input_audio_tokens: 400_000 }, '1.5 CLASS_UNPRICED'],
  ])('%s with %o costs %s', (model, usage, expected) => {
    expect(priced({ model, usage })).toBe(expected);
  });
});

test('claude-sonnet-4 had a price for long contexts while its beta lasted', () => {
  const cost = (day: string): string =>
    priced({
      model: 'claude-sonnet-4-20250514',
      usage: { input_tokens: 300_000 },
      at: `${day}T12:00:00.000Z`,
    });
  expect([cost('2025-08-01'), cost('2025-10-01'), cost('2026-05-01')]).toEqual(['0.9', '1.8', '0.9']);
});

test('--as-model with an unknown model is a usage error with near names, before any call is priced', () => {
  const make = (): unknown => createPricing({ books: [], asModel: 'openai/gpt-40' });
  expect(make).toThrow('no price is known for openai/gpt-40, the model to price all calls as');
});

describe('old prices', () => {
  const codes = (model: string, at: string, pricing?: Pricing): string =>
    priceOfCall({ model, usage: input, at }, pricing)
      .doubts.map(({ code }) => code)
      .join();

  test.each([
    ['openai/gpt-5.6-sol', '2026-11-22T23:59:59.999Z', ''],
    ['openai/gpt-5.6-sol', '2026-11-23T00:00:00.000Z', 'PRICES_OLD'],
    ['google/gemini-3.1-pro-preview', '2026-11-23T00:00:00.000Z', 'PRICES_OLD'],
    ['openai/gpt-4o', '2026-11-23T00:00:00.000Z', ''],
    ['openai/gpt-4o', '2027-03-22T23:59:59.999Z', ''],
    ['openai/gpt-4o', '2027-03-23T00:00:00.000Z', 'PRICES_OLD'],
    ['deepseek/deepseek-v4-flash', '2026-11-23T00:00:00.000Z', ''],
    ['deepseek/deepseek-v4-flash', '2027-01-15T00:00:00.000Z', 'PRICES_OLD'],
    ['ollama/llama3', '2030-01-01T00:00:00.000Z', ''],
  ])('%s at %s: "%s"', (model, at, expected) => {
    expect(codes(model, at)).toBe(expected);
  });

  test('a file with a date is old after 60 days, and one without a date never', () => {
    const models = { m: { input: 1, output: 1 } };
    const dated = { format: 'pflow-prices/1', version: '2026-08-01', models };
    const pricingOf = (json: unknown): Pricing =>
      createPricing({ books: [parsePriceBook(json, { source: 'mine', version: '1' })] });
    expect(codes('m', '2026-09-30T23:59:59.999Z', pricingOf(dated))).toBe('');
    expect(codes('m', '2026-10-01T00:00:00.000Z', pricingOf(dated))).toBe('PRICES_OLD');
    expect(codes('m', '2030-10-01T00:00:00.000Z', pricingOf(models))).toBe('');
  });
});
