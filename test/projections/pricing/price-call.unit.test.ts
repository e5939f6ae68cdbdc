import { describe, expect, test } from 'vitest';
import { createPricing } from '../../../projections/pricing/create-pricing.ts';
import { priceBookOf, cataloguePricing, MILLION, priceOfCall } from '../../support/model-calls.ts';

describe('examples of the providers', () => {
  test('Anthropic: input, cache writes and cache reads have separate prices', () => {
    const usage = {
      input_tokens: 1000,
      output_tokens: 500,
      cache_creation_input_tokens: 2000,
      cache_read_input_tokens: 3000,
    };
    expect(priceOfCall({ model: 'anthropic/claude-sonnet-4-0', usage }).cost_usd).toBe('0.0189');
  });

  test('Anthropic: a one-hour cache write costs twice the input, a 5-minute write 1.25 times', () => {
    const model = 'anthropic/claude-sonnet-4-0';
    const usage = { input_tokens: 0, cache_creation_input_tokens: MILLION };
    expect(priceOfCall({ model, usage }).cost_usd).toBe('3.75');
    expect(
      priceOfCall({ model, usage: { ...usage, cache_creation_1h_input_tokens: MILLION } }).cost_usd,
    ).toBe('6');
    expect(
      priceOfCall({ model, usage: { ...usage, cache_creation_1h_input_tokens: 400_000 } }).cost_usd,
    ).toBe('4.65');
  });

  test('Anthropic: all input, cached input included, decides the tier of all tokens', () => {
    const usage = { input_tokens: 150_000, cache_read_input_tokens: 60_000, output_tokens: 1000 };
    expect(priceOfCall({ model: 'anthropic/claude-sonnet-4-5', usage }).cost_usd).toBe('0.9585');
  });

  test('Anthropic: a batch halves all token prices, and not those of web searches', () => {
    const usage = { input_tokens: MILLION, cache_read_input_tokens: MILLION, requests: { web_search: 3 } };
    const call = priceOfCall({ model: 'anthropic/claude-sonnet-4-0', usage, service_tier: 'batch' });
    expect(call.cost_usd).toBe('1.68');
    expect(call.rate.service_tier).toBe('batch');
  });

  test('Anthropic: a thousand web searches cost ten dollars', () => {
    const usage = { input_tokens: 0, requests: { web_search: 1000 } };
    expect(priceOfCall({ model: 'anthropic/claude-sonnet-4-0', usage }).cost_usd).toBe('10');
  });

  test('OpenAI: cached input has its own price, and reasoning is paid once as part of output', () => {
    const usage = {
      input_tokens: 1000,
      cache_read_input_tokens: 9000,
      output_tokens: 700,
      reasoning_tokens: 600,
    };
    const call = priceOfCall({ model: 'openai/gpt-5', usage });
    expect(call.cost_usd).toBe('0.009375');
    expect(call.parts.find(({ what }) => what === 'reasoning')).toEqual({
      what: 'reasoning',
      count: 600,
      priced_as: 'output',
      price: '10',
      amount_usd: '0.006',
    });
  });

  test('OpenAI: o3 became cheaper at midnight UTC on 10 June 2025', () => {
    const usage = { input_tokens: MILLION };
    expect(priceOfCall({ model: 'openai/o3', usage, at: '2025-06-09T23:59:59.999Z' }).cost_usd).toBe('10');
    expect(priceOfCall({ model: 'openai/o3', usage, at: '2025-06-10T00:00:00.000Z' }).cost_usd).toBe('2');
  });

  test('Google: 200,000 tokens have the low price, one more token raises the price of all', () => {
    const model = 'google/gemini-2.5-pro';
    const call = (input_tokens: number): string | null =>
      priceOfCall({ model, usage: { input_tokens, output_tokens: 1000 } }).cost_usd;
    expect(call(200_000)).toBe('0.26');
    expect(call(200_001)).toBe('0.5150025');
  });

  test('Google: audio input has a price of its own', () => {
    const usage = { input_tokens: MILLION, input_audio_tokens: 400_000 };
    expect(priceOfCall({ model: 'google/gemini-2.5-flash', usage }).cost_usd).toBe('0.58');
  });

  test('DeepSeek: peak hours apply from the day of their introduction', () => {
    const call = (at: string): string | null =>
      priceOfCall({ model: 'deepseek/deepseek-v4-flash', usage: { input_tokens: MILLION }, at }).cost_usd;
    expect(call('2026-08-10T02:00:00.000Z')).toBe('0.14');
    expect(call('2026-08-17T00:59:59.999Z')).toBe('0.22');
    expect(call('2026-08-17T01:00:00.000Z')).toBe('0.44');
    expect(call('2026-08-17T03:59:59.999Z')).toBe('0.44');
    expect(call('2026-08-17T04:00:00.000Z')).toBe('0.22');
  });
});

describe('every tier of the built-in prices', () => {
  const model = (id: string, above: number, inclusive: boolean): [string, number, boolean] => [
    id,
    above,
    inclusive,
  ];
  test.each([
    model('anthropic/claude-sonnet-4-5', 200_000, false),
    model('google/gemini-2.5-pro', 200_000, false),
    model('google/gemini-1.5-pro', 128_000, false),
    model('minimax/minimax-m3', 512_000, false),
    model('openai/gpt-5.4', 272_000, false),
    model('openai/gpt-6-sol', 272_000, false),
    model('x-ai/grok-4.3', 200_000, true),
  ])('%s changes at %d (threshold included: %s)', (id, above, inclusive) => {
    const tierAt = (input: number): string | null =>
      priceOfCall({ model: id, usage: { input_tokens: input - 10, cache_read_input_tokens: 10 } }).rate.tier;
    const high = `input ${inclusive ? '>=' : '>'} ${String(above)}`;
    expect([above - 1, above, above + 1].map(tierAt)).toEqual([null, inclusive ? high : null, high]);
  });

  test('output never decides a tier', () => {
    const usage = { input_tokens: 200_000, output_tokens: MILLION };
    expect(priceOfCall({ model: 'google/gemini-2.5-pro', usage }).rate.tier).toBeNull();
  });
});

describe('a class of tokens without a price of its own', () => {
  const pricing = createPricing({ books: [priceBookOf({ m: { input: 2, output: 10, cache_write: 3 } })] });

  test.each([
    [{ cache_read_input_tokens: 5 }, 'cache_read', 'input', '2'],
    [
      { cache_creation_input_tokens: 5, cache_creation_1h_input_tokens: 5 },
      'cache_write_1h',
      'cache_write_5m',
      '3',
    ],
    [{ input_tokens: 5, input_image_tokens: 5 }, 'input_image', 'input', '2'],
    [{ cache_read_input_tokens: 5, cache_read_image_tokens: 5 }, 'cache_read_image', 'input', '2'],
    [{ output_tokens: 5, output_image_tokens: 5 }, 'output_image', 'output', '10'],
    [{ output_tokens: 5, reasoning_tokens: 5 }, 'reasoning', 'output', '10'],
  ])('%o has the price of its fallback class', (usage, what, priced_as, price) => {
    const { parts } = priceOfCall({ model: 'm', usage }, pricing);
    const amount_usd = price === '2' ? '0.00001' : price === '3' ? '0.000015' : '0.00005';
    expect(parts).toEqual([{ what, count: 5, priced_as, price, amount_usd }]);
    const doubts = what === 'reasoning' ? [] : ['CLASS_UNPRICED'];
    expect(priceOfCall({ model: 'm', usage }, pricing).doubts.map(({ code }) => code)).toEqual(doubts);
  });

  test.each([
    [{ input_tokens: 5, input_audio_tokens: 3 }, '0.000004', 'input_audio'],
    [{ cache_read_input_tokens: 5, cache_read_audio_tokens: 5 }, '0', 'cache_read_audio'],
    [{ output_tokens: 5, output_audio_tokens: 3 }, '0.00002', 'output_audio'],
  ])('audio never has the price of text: %o costs %s for the rest', (usage, cost, what) => {
    const call = priceOfCall({ model: 'm', usage }, pricing);
    expect([call.cost_usd, call.doubts]).toEqual([
      cost,
      [{ code: 'CLASS_UNPRICED', reason: `${what} tokens have no price and are not in the amount` }],
    ]);
  });

  test('cached audio without a price has at most that of audio', () => {
    const audio = createPricing({ books: [priceBookOf({ m: { input: 2, output: 10, input_audio: 40 } })] });
    const call = priceOfCall(
      { model: 'm', usage: { cache_read_input_tokens: 5, cache_read_audio_tokens: 5 } },
      audio,
    );
    expect([call.cost_usd, call.doubts.map(({ code }) => code)]).toEqual(['0.0002', ['CLASS_UNPRICED']]);
  });
});

describe('service tiers', () => {
  const pricing = createPricing({
    books: [
      priceBookOf({
        m: {
          input: 2,
          output: 10,
          tiers: [{ above_input_tokens: 100, input: 4 }],
          requests: { request: { per_1000: 5 } },
          service_tiers: {
            batch: { multiplier: '0.5' },
            priority: { input: 8, tiers: [{ above_input_tokens: 100, input: 16 }] },
          },
        },
      }),
    ],
  });
  const cost = (input_tokens: number, service_tier?: string): string | null =>
    priceOfCall(
      { model: 'm', usage: { input_tokens }, ...(service_tier === undefined ? {} : { service_tier }) },
      pricing,
    ).cost_usd;

  test('a factor applies to the tier of the call, and not to requests', () => {
    expect(cost(100)).toBe('0.0052');
    expect(cost(100, 'batch')).toBe('0.0051');
    expect(cost(200, 'batch')).toBe('0.0054');
  });

  test('a service tier with separate prices has separate tiers', () => {
    expect(cost(100, 'priority')).toBe('0.0058');
    expect(cost(200, 'priority')).toBe('0.0082');
  });

  test('standard prices have many names', () => {
    for (const name of ['standard', 'default', 'auto', 'on_demand']) expect(cost(100, name)).toBe('0.0052');
  });

  test('a call with a service tier without a price is estimated, with the reason', () => {
    const call = priceOfCall({ model: 'm', usage: { input_tokens: 100 }, service_tier: 'turbo' }, pricing);
    expect([call.state, call.cost_usd, call.rate.reason]).toEqual([
      'estimated',
      '0.0052',
      'no price for service tier "turbo"',
    ]);
  });
});

describe('requests', () => {
  test('a call with a request without a price is estimated, with the reason', () => {
    const usage = { input_tokens: MILLION, requests: { moon_landing: 2, web_search: 1, unused: 0 } };
    const call = priceOfCall({ model: 'anthropic/claude-sonnet-4-0', usage });
    expect([call.state, call.cost_usd, call.rate.reason]).toEqual([
      'estimated',
      '3.01',
      'no price for moon_landing requests',
    ]);
  });
});

describe('contradictory usage is rejected and never a negative charge', () => {
  test.each([
    [{ input_tokens: -5 }, 'input_tokens is not a whole number of tokens'],
    [{ input_tokens: 1.5 }, 'input_tokens is not a whole number of tokens'],
    [{ output_tokens: NaN }, 'output_tokens is not a whole number of tokens'],
    [{ output_tokens: 2 ** 53 }, 'output_tokens is not a whole number of tokens'],
    [{ output_tokens: 5, reasoning_tokens: 6 }, 'reasoning, audio and image output exceed output_tokens'],
    [{ reasoning_tokens: 6 }, 'reasoning, audio and image output exceed output_tokens'],
    [
      { input_tokens: 5, input_audio_tokens: 3, input_image_tokens: 3 },
      'audio and image input exceed input_tokens',
    ],
    [
      { cache_read_input_tokens: 1, cache_read_audio_tokens: 2 },
      'cached audio and image exceed cache_read_input_tokens',
    ],
    [
      { cache_creation_input_tokens: 1, cache_creation_1h_input_tokens: 2 },
      'cache_creation_1h_input_tokens exceeds cache_creation_input_tokens',
    ],
    [{ input_tokens: 1, requests: { web_search: -1 } }, 'requests has a count that is not a whole number'],
  ])('%o', (usage, reason) => {
    const call = priceOfCall({ model: 'gpt-4o-mini', usage });
    expect([call.state, call.cost_usd, call.rate.reason]).toEqual(['rejected', null, reason]);
  });
});

describe('states', () => {
  test("a price of 0 is free, and so is a model on the user's machine", () => {
    const usage = { input_tokens: 5 };
    expect(priceOfCall({ model: 'google/gemma-4-31b-it', usage })).toMatchObject({
      state: 'free',
      cost_usd: '0',
    });
    expect(priceOfCall({ model: 'ollama/llama3', usage })).toMatchObject({ state: 'free', cost_usd: '0' });
  });

  test('a call without a reported usage is unmetered for every model', () => {
    expect(priceOfCall({ model: 'gpt-4o-mini', usage: {} })).toMatchObject({
      state: 'unmetered',
      cost_usd: null,
    });
    expect(priceOfCall({ model: 'gpt-4o-mini', usage: { total_tokens: 9 } }).state).toBe('unmetered');
    expect(priceOfCall({ model: 'acme/unknown', usage: {} }).state).toBe('unmetered');
  });

  test('a call with an invalid time is estimated only if the price depends on the time', () => {
    const usage = { input_tokens: MILLION };
    expect(priceOfCall({ model: 'openai/o3', usage, at: 'yesterday' })).toMatchObject({
      state: 'estimated',
      cost_usd: '2',
    });
    expect(priceOfCall({ model: 'gpt-4o-mini', usage, at: 'yesterday' }).state).toBe('priced');
  });

  test('the cost of 1e15 tokens is exact', () => {
    const usage = { input_tokens: 1e15, output_tokens: 1e15 - 1 };
    expect(priceOfCall({ model: 'gpt-4o-mini', usage }).cost_usd).toBe('749999999.9999994');
  });
});

describe('at another time, on another model', () => {
  const usage = { input_tokens: MILLION };

  test('--as-of prices every call at one instant', () => {
    const pricing = cataloguePricing({ asOf: '2025-06-09' });
    expect(priceOfCall({ model: 'openai/o3', usage }, pricing).cost_usd).toBe('10');
  });

  test('an invalid date is rejected', () => {
    expect(() => cataloguePricing({ asOf: 'tomorrow' })).toThrow('"tomorrow" is not a date');
  });

  test('--as-model prices every call as that model', () => {
    const pricing = cataloguePricing({ asModel: 'gpt-4' });
    const call = priceOfCall({ model: 'openai/o3', response_model: 'o3-2025-04-16', usage }, pricing);
    expect([call.cost_usd, call.rate.by, call.rate.entry]).toEqual(['30', 'as_model', 'openai/gpt-4']);
  });
});

describe('the choice of name and book', () => {
  const usage = { input_tokens: MILLION };

  test('the model that answered counts if the book knows it', () => {
    const call = priceOfCall({ model: 'openai/gpt-4', response_model: 'gpt-4o-mini-2024-07-18', usage });
    expect([call.cost_usd, call.rate.by, call.rate.rule]).toEqual([
      '0.15',
      'response_model',
      'vendor prefix',
    ]);
  });

  test('otherwise the requested model counts', () => {
    const call = priceOfCall({ model: 'openai/gpt-4', response_model: 'gpt-next-internal', usage });
    expect([call.cost_usd, call.rate.by]).toEqual(['30', 'model']);
  });

  test('the response model is looked up at the seller of the request, not at its maker', () => {
    const call = priceOfCall({ model: 'acme/gpt-4o', response_model: 'gpt-4o', provider: 'acme', usage });
    expect(call.rate.by).toBe('fallback');
  });

  test("a user's book takes precedence over the catalogue, which has the prices of all other models", () => {
    const pricing = createPricing({
      books: [
        priceBookOf({ 'gpt-4o-mini': { input: 7, output: 7 } }, 'mine'),
        priceBookOf({ other: { input: 1, output: 1 } }, 'more'),
      ],
    });
    const mine = priceOfCall(
      { model: 'openai/gpt-4o-mini', response_model: 'gpt-4o-mini-2024-07-18', usage },
      pricing,
    );
    expect([mine.cost_usd, mine.rate.source, mine.rate.rule]).toEqual([
      '7',
      'mine',
      'vendor prefix, date suffix',
    ]);
    expect(priceOfCall({ model: 'other', usage }, pricing).rate.source).toBe('more');
  });

  test('the next book is used if the first one has no price in force', () => {
    const first = priceBookOf({ m: { input: 7, output: 7, from: '2027-01-01' } }, 'first');
    const second = priceBookOf({ m: { input: 1, output: 1 } }, 'second');
    const pricing = createPricing({ books: [first, second] });
    expect(priceOfCall({ model: 'm', usage }, pricing).rate.source).toBe('second');
    expect(priceOfCall({ model: 'm', usage, at: '2027-01-01T00:00:00.000Z' }, pricing).rate.source).toBe(
      'first',
    );
  });

  test('a lazy book is loaded once, by the first call with a usage', () => {
    let loads = 0;
    const load = (): ReturnType<typeof priceBookOf> => {
      loads += 1;
      return priceBookOf({ m: { input: 1, output: 1 } });
    };
    const pricing = createPricing({ books: [{ source: 'lazy', version: '9', load }] });
    expect([pricing.info.source, pricing.info.version]).toEqual(['lazy', '9']);
    priceOfCall({ model: 'm', usage: {} }, pricing);
    expect(loads).toBe(0);
    priceOfCall({ model: 'm', usage }, pricing);
    priceOfCall({ model: 'n', usage }, pricing);
    expect(loads).toBe(1);
  });
});

describe('a model that no book knows', () => {
  const call = { model: 'unknown/new-model', usage: { input_tokens: MILLION, output_tokens: MILLION } };

  test('fallback: the call is estimated with the price of claude-sonnet-4-0', () => {
    const { state, cost_usd, rate } = priceOfCall(call);
    expect([state, cost_usd, rate.by, rate.entry, rate.reason]).toEqual([
      'estimated',
      '18',
      'fallback',
      'anthropic/claude-sonnet-4-0',
      'the price books do not know this model',
    ]);
  });

  test.each(['null', 'error'] as const)('%s: the call has no price', (unknownModel) => {
    const { state, cost_usd } = priceOfCall(call, cataloguePricing({ unknownModel }));
    expect([state, cost_usd]).toEqual(['unpriced', null]);
  });

  test('another fallback model can be chosen', () => {
    expect(priceOfCall(call, cataloguePricing({ fallbackModel: 'gpt-4o-mini' })).cost_usd).toBe('0.75');
  });

  test('a known model without a price in force is estimated, with the reason', () => {
    const books = [priceBookOf({ m: { input: 7, output: 7, from: '2027-01-01' } })];
    const { rate } = priceOfCall(
      { model: 'm', usage: call.usage },
      createPricing({ books, unknownModel: 'null' }),
    );
    expect([rate.state, rate.reason]).toEqual(['unpriced', 'no price is in force at the time of the call']);
  });
});
