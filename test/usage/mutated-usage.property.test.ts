// Invariant: a usage with another field, a moved or a renamed count gives the right counts or a doubt.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import { createPricing } from '../../projections/pricing/create-pricing.ts';
import { TOKEN_CLASSES } from '../../src/events/token-classes.ts';
import { readReport } from '../../src/usage/read-report.ts';
import { completedCall, priceBookOf } from '../support/model-calls.ts';

type Raw = Record<string, unknown>;

const WHOLE: readonly (readonly [provider: string, raw: Raw])[] = [
  [
    'openai',
    {
      prompt_tokens: 900,
      completion_tokens: 340,
      total_tokens: 1240,
      prompt_tokens_details: { cached_tokens: 512 },
      completion_tokens_details: { reasoning_tokens: 256 },
    },
  ],
  [
    'openai',
    {
      input_tokens: 2000,
      input_tokens_details: { cached_tokens: 1536 },
      output_tokens: 300,
      output_tokens_details: { reasoning_tokens: 128 },
      total_tokens: 2300,
    },
  ],
  [
    'anthropic',
    { input_tokens: 12, cache_read_input_tokens: 800, output_tokens: 41, cache_creation_input_tokens: 3 },
  ],
  [
    'google',
    { promptTokenCount: 100, candidatesTokenCount: 9, thoughtsTokenCount: 21, totalTokenCount: 130 },
  ],
  [
    'xai',
    {
      prompt_tokens: 310,
      completion_tokens: 20,
      total_tokens: 560,
      completion_tokens_details: { reasoning_tokens: 230 },
    },
  ],
  ['moonshot', { prompt_tokens: 40, completion_tokens: 5, total_tokens: 45, cached_tokens: 15 }],
  [
    'deepseek',
    {
      prompt_tokens: 600,
      completion_tokens: 40,
      total_tokens: 640,
      prompt_cache_hit_tokens: 512,
      prompt_cache_miss_tokens: 88,
    },
  ],
  [
    'mistral',
    {
      prompt_tokens: 12,
      completion_tokens: 88,
      total_tokens: 500,
      prompt_tokens_details: { audio_tokens: 400 },
    },
  ],
  [
    'dashscope',
    {
      prompt_tokens: 2050,
      completion_tokens: 10,
      total_tokens: 2060,
      prompt_tokens_details: { cached_tokens: 4, cache_creation_input_tokens: 2040 },
    },
  ],
  [
    'litellm',
    {
      prompt_tokens: 1010,
      completion_tokens: 10,
      total_tokens: 1020,
      cache_creation_input_tokens: 900,
      cache_read_input_tokens: 100,
    },
  ],
  [
    'groq',
    {
      queue_time: 0.08,
      prompt_tokens: 100,
      completion_tokens: 10,
      total_tokens: 110,
      completion_tokens_details: { reasoning_tokens: 4 },
    },
  ],
  [
    'openrouter',
    {
      prompt_tokens: 900,
      completion_tokens: 340,
      total_tokens: 1240,
      prompt_tokens_details: { cached_tokens: 512, cache_write_tokens: 8 },
    },
  ],
  [
    'perplexity',
    {
      prompt_tokens: 100,
      completion_tokens: 3000,
      total_tokens: 3100,
      citation_tokens: 700,
      reasoning_tokens: 7000,
      num_search_queries: 7,
    },
  ],
  ['vllm', { prompt_tokens: 40, completion_tokens: 10, total_tokens: 50, prompt_tokens_details: null }],
  [
    'bedrock',
    {
      inputTokens: 5,
      outputTokens: 55,
      cacheReadInputTokens: 1700,
      cacheWriteInputTokens: 240,
      totalTokens: 2000,
    },
  ],
  [
    'google',
    {
      total_input_tokens: 100,
      total_output_tokens: 9,
      total_thought_tokens: 21,
      total_tool_use_tokens: 7,
      total_tokens: 137,
    },
  ],
];

/** What is in no sum: a time, and what repeats another count. */
const CHECKED_BY_NO_TOTAL = /_time$|miss_tokens$/u;

const name = fc.stringMatching(/^[a-z]{3,9}_tokens$/u);

/** Changes one count of `raw`, which is a copy. Returns false if nothing was changed. */
type Mutation = (raw: Raw) => void;

const mutation = (raw: Raw): fc.Arbitrary<Mutation> => {
  const keys = Object.keys(raw).filter(
    (key) => typeof raw[key] === 'number' && !CHECKED_BY_NO_TOTAL.test(key),
  );
  const totals = keys.filter((key) => /^total_?tokens|^totalTokenCount/iu.test(key));
  const groups = Object.keys(raw).filter((key) => typeof raw[key] === 'object');
  return fc.oneof(
    fc.tuple(name, fc.integer({ min: 1, max: 99 })).map(([key, count]): Mutation => (copy) => {
      copy[`other_${key}`] = count;
    }),
    fc.tuple(fc.constantFrom(...keys), name).map(([key, other]): Mutation => (copy) => {
      copy[`other_${other}`] = copy[key];
      Reflect.deleteProperty(copy, key);
    }),
    fc
      .tuple(fc.constantFrom(...keys), fc.constantFrom(...(groups.length > 0 ? groups : ['details'])))
      .map(([key, group]): Mutation => (copy) => {
        copy[group] = { ...(copy[group] as object), [key]: copy[key] };
        Reflect.deleteProperty(copy, key);
      }),
    fc.constantFrom(...keys).map((key): Mutation => (copy) => {
      copy[key] = Number(copy[key]) + 0.5;
    }),
    fc.constantFrom(...keys).map((key): Mutation => (copy) => {
      copy[key] = String(copy[key]);
    }),
    fc
      .tuple(
        fc.constantFrom(...(totals.length > 0 ? totals : keys.slice(0, 1))),
        totals.length > 0 ? fc.integer({ min: 1, max: 9 }) : fc.constant(0),
      )
      .map(([key, by]): Mutation => (copy) => {
        copy[key] = Number(copy[key]) + by;
      }),
    fc
      .tuple(fc.constantFrom(...keys), fc.constantFrom<unknown>(-5, 1e300, 2 ** 53, '', '1e3', {}, [7], true))
      .map(([key, value]): Mutation => (copy) => {
        copy[key] = value;
      }),
    // Without a total an absent optional count cannot be noticed.
    fc
      .constantFrom(...keys.filter((key) => /prompt|completion|output|^input/iu.test(key)))
      .map((key): Mutation => (copy) => {
        copy[key] = null;
      }),
  );
};

test.each(WHOLE)('a changed usage of %s gives the right counts or a doubt: %j', (provider, raw) => {
  const right = readReport(provider, 'm', raw);
  expect(right.doubts).toEqual([]);
  fc.assert(
    fc.property(mutation(raw), (mutate) => {
      const copy = structuredClone(raw);
      mutate(copy);
      const { usage, doubts } = readReport(provider, 'm', copy);
      if (doubts.length === 0) expect(usage).toEqual(right.usage);
    }),
    { numRuns: 200 },
  );
});

/** A price for each class that no sum of others gives: a count in the wrong class is a wrong amount. */
function pricesOf(requests: readonly string[]): unknown {
  const classes = TOKEN_CLASSES.filter((one) => one !== 'reasoning');
  const prices = new Map<string, number>(classes.map((one, index) => [one, 3 ** index]));
  const fees = new Map(requests.map((one) => [one, { per_1000: 0.001 }]));
  return { m: { ...Object.fromEntries(prices), requests: Object.fromEntries(fees) } };
}

test.each(WHOLE)('the cost of %s %j is right, or not exact', (provider, raw) => {
  const right = readReport(provider, 'm', raw);
  const book = priceBookOf(pricesOf(Object.keys(right.usage.requests ?? {})));
  const cost = createCost({ pricing: createPricing({ books: [book] }) });
  const costOf = (raw_usage: Raw): { total_cost_usd: string; exact: boolean } => {
    const { usage, doubts } = readReport(provider, 'm', raw_usage);
    return project(cost, [completedCall({ provider, model: 'm', usage, doubts: [...doubts], raw_usage })]);
  };
  const whole = costOf(raw);
  expect(whole).toMatchObject({ exact: true, doubts: [] });
  fc.assert(
    fc.property(mutation(raw), (mutate) => {
      const copy = structuredClone(raw);
      mutate(copy);
      const { total_cost_usd, exact } = costOf(copy);
      if (exact) expect(total_cost_usd).toBe(whole.total_cost_usd);
    }),
    { numRuns: 100 },
  );
});
