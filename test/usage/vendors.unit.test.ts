// Invariant: the counts of each vendor are read as it documents them; the numbers are invented, the relations are not.
import { describe, expect, test } from 'vitest';
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { usageContradiction } from '../../src/events/token-classes.ts';
import { readBill } from '../../src/models/usage/bill.ts';
import { readReport } from '../../src/usage/read-report.ts';
import { vendorAt } from '../../src/usage/vendors.ts';
import { completedCall } from '../support/model-calls.ts';
import { testPricing } from '../support/test-prices.ts';

/** input, written, read, output, reasoning. */
type Split = readonly [number, number, number, number, number];

function splitOf(provider: string, raw: unknown): Split {
  const { usage } = readReport(provider, 'm', raw);
  return [
    usage.input_tokens ?? 0,
    usage.cache_creation_input_tokens ?? 0,
    usage.cache_read_input_tokens ?? 0,
    usage.output_tokens ?? 0,
    usage.reasoning_tokens ?? 0,
  ];
}

const chat = (prompt: number, completion: number, total: number, more: object = {}): object => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: total,
  ...more,
});
const cached = (tokens: number): object => ({ prompt_tokens_details: { cached_tokens: tokens } });
const reasoning = (tokens: number): object => ({ completion_tokens_details: { reasoning_tokens: tokens } });

const EXACT: readonly (readonly [title: string, provider: string, raw: unknown, split: Split])[] = [
  ['OpenAI: plain', 'openai', chat(900, 340, 1240), [900, 0, 0, 340, 0]],
  ['OpenAI: cached', 'openai', chat(900, 340, 1240, cached(512)), [388, 0, 512, 340, 0]],
  ['OpenAI: reasoning', 'openai', chat(900, 340, 1240, reasoning(256)), [900, 0, 0, 340, 256]],
  [
    'OpenAI: written, and predictions are part of the completion',
    'openai',
    chat(900, 340, 1240, {
      prompt_tokens_details: { cached_tokens: 512, cache_write_tokens: 380, audio_tokens: 0 },
      completion_tokens_details: { accepted_prediction_tokens: 3, rejected_prediction_tokens: 5 },
    }),
    [8, 380, 512, 340, 0],
  ],
  [
    'Responses: cached, written and reasoning',
    'openai',
    {
      input_tokens: 2000,
      input_tokens_details: { cached_tokens: 1536, cache_write_tokens: 256 },
      output_tokens: 300,
      output_tokens_details: { reasoning_tokens: 128 },
      total_tokens: 2300,
    },
    [208, 256, 1536, 300, 128],
  ],
  [
    'Anthropic: cached, with an ordinary region',
    'anthropic',
    {
      input_tokens: 12,
      cache_creation_input_tokens: 3000,
      cache_read_input_tokens: 8000,
      output_tokens: 410,
      output_tokens_details: { thinking_tokens: 90 },
      inference_geo: 'not_available',
      service_tier: 'standard',
    },
    [12, 3000, 8000, 410, 90],
  ],
  [
    'Anthropic: compaction is not in the top level',
    'anthropic',
    {
      input_tokens: 150,
      output_tokens: 12,
      iterations: [
        { type: 'compaction', input_tokens: 90_000, output_tokens: 70, cache_read_input_tokens: 5 },
        { type: 'message', input_tokens: 150, output_tokens: 12 },
      ],
    },
    [90_150, 0, 5, 82, 0],
  ],
  [
    'Google: thoughts and prompts of tools are not in the other counts',
    'google',
    {
      promptTokenCount: 1000,
      cachedContentTokenCount: 700,
      candidatesTokenCount: 90,
      thoughtsTokenCount: 210,
      toolUsePromptTokenCount: 300,
      totalTokenCount: 1600,
    },
    [600, 0, 700, 300, 210],
  ],
  ['Google: no answer', 'google', { promptTokenCount: 7, totalTokenCount: 7 }, [7, 0, 0, 0, 0]],
  [
    'xAI chat: reasoning beside',
    'xai',
    chat(310, 20, 560, { ...cached(300), ...reasoning(230) }),
    [10, 0, 300, 250, 230],
  ],
  [
    'xAI Responses: reasoning inside',
    'x-ai',
    {
      input_tokens: 70,
      output_tokens: 1100,
      output_tokens_details: { reasoning_tokens: 900 },
      total_tokens: 1170,
      input_tokens_details: { cached_tokens: 0 },
      context_details: { input_tokens: 70, output_tokens: 1100 },
      num_sources_used: 0,
    },
    [70, 0, 0, 1100, 900],
  ],
  ['Gemini compatible: thoughts in the total', 'gemini-compat', chat(40, 10, 120), [40, 0, 0, 80, 70]],
  ['Moonshot: cached at the top', 'moonshot', chat(40, 5, 45, { cached_tokens: 15 }), [25, 0, 15, 5, 0]],
  [
    'Moonshot: cached in both places',
    'moonshotai',
    chat(40, 5, 45, { cached_tokens: 15, ...cached(15) }),
    [25, 0, 15, 5, 0],
  ],
  [
    'DashScope: an explicit cache',
    'dashscope',
    chat(2050, 170, 2220, {
      prompt_tokens_details: {
        cached_tokens: 5,
        cache_creation_input_tokens: 2040,
        cache_type: 'ephemeral',
        cache_creation: { ephemeral_5m_input_tokens: 2040 },
        text_tokens: 2050,
      },
      completion_tokens_details: { reasoning_tokens: 120, text_tokens: 50 },
    }),
    [5, 2040, 5, 170, 120],
  ],
  [
    'LiteLLM: copies at the top and a split by lifetime',
    'litellm',
    chat(1300, 40, 1340, {
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 1000,
      prompt_tokens_details: {
        cached_tokens: 100,
        cache_creation_tokens: 1000,
        cache_creation_token_details: { ephemeral_5m_input_tokens: 600, ephemeral_1h_input_tokens: 400 },
      },
    }),
    [200, 1000, 100, 40, 0],
  ],
  [
    'DeepSeek: hits and misses',
    'deepseek',
    chat(600, 20, 620, { prompt_cache_hit_tokens: 512, prompt_cache_miss_tokens: 88 }),
    [88, 0, 512, 20, 0],
  ],
  [
    'Groq: times are not counts',
    'groq',
    chat(30, 20, 50, { queue_time: 0.1, prompt_time: 0.02, completion_time: 0.3, total_time: 0.32 }),
    [30, 0, 0, 20, 0],
  ],
  [
    'Mistral: audio beside the prompt',
    'mistral',
    chat(12, 88, 500, { prompt_tokens_details: { audio_tokens: 400 }, prompt_audio_seconds: 9 }),
    [412, 0, 0, 88, 0],
  ],
  [
    'Perplexity: citations and reasoning beside',
    'perplexity',
    chat(100, 3000, 3100, { reasoning_tokens: 70_000, citation_tokens: 7000, num_search_queries: 70 }),
    [7100, 0, 0, 73_000, 70_000],
  ],
  ['vLLM: details are null', 'vllm', chat(9, 3, 12, { prompt_tokens_details: null }), [9, 0, 0, 3, 0]],
  [
    'Bedrock Converse: cached beside',
    'bedrock',
    {
      inputTokens: 5,
      outputTokens: 55,
      cacheReadInputTokens: 1700,
      cacheReadInputTokenCount: 1700,
      cacheWriteInputTokens: 240,
      totalTokens: 2000,
    },
    [5, 240, 1700, 55, 0],
  ],
  [
    'Cohere: what is billed, not what the template adds',
    'cohere',
    {
      billed_units: { input_tokens: 120, output_tokens: 50 },
      tokens: { input_tokens: 620, output_tokens: 55 },
    },
    [120, 0, 0, 50, 0],
  ],
];

test.each(EXACT)('the counts are read as documented: %s', (_title, provider, raw, split) => {
  expect(splitOf(provider, raw)).toEqual(split);
  expect(readReport(provider, 'm', raw).doubts).toEqual([]);
});

const DOUBTED: readonly (readonly [
  title: string,
  provider: string,
  raw: unknown,
  split: Split,
  code: string,
])[] = [
  [
    'an unknown vendor with output only in the total',
    'acme',
    chat(7, 3, 610),
    [7, 0, 0, 603, 0],
    'TOTAL_MISMATCH',
  ],
  [
    'reasoning beside the completion at an unknown vendor',
    'acme',
    chat(32, 9, 135, reasoning(94)),
    [32, 0, 0, 103, 94],
    'TOTAL_MISMATCH',
  ],
  [
    'cache writes of Anthropic whose lifetimes are not all of them',
    'anthropic',
    {
      input_tokens: 7,
      output_tokens: 3,
      cache_creation_input_tokens: 1000,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
    },
    [7, 1000, 0, 3, 0],
    'TOTAL_MISMATCH',
  ],
  ['a total below its parts', 'acme', chat(7, 3, 9), [7, 0, 0, 3, 0], 'TOTAL_MISMATCH'],
  [
    'a field that is not known',
    'openai',
    chat(7, 3, 10, { extra_tokens: 5 }),
    [7, 0, 0, 3, 0],
    'USAGE_UNREAD',
  ],
  [
    'a count that was renamed',
    'openai',
    { prompt_tokens: 7, completionTokens: 3 },
    [7, 0, 0, 0, 0],
    'USAGE_UNREAD',
  ],
  [
    'an advisor of another model',
    'anthropic',
    {
      input_tokens: 5,
      output_tokens: 5,
      iterations: [{ type: 'advisor_message', model: 'other', input_tokens: 10, output_tokens: 1 }],
    },
    [15, 0, 0, 6, 0],
    'USAGE_UNREAD',
  ],
  [
    'a tier in a place of its own',
    'acme',
    chat(7, 3, 10, { pricing_tier: 'gold' }),
    [7, 0, 0, 3, 0],
    'USAGE_UNREAD',
  ],
];

test.each(DOUBTED)('%s is a doubt', (_title, provider, raw, split, code) => {
  expect(splitOf(provider, raw)).toEqual(split);
  expect(readReport(provider, 'm', raw).doubts.map((doubt) => doubt.code)).toContain(code);
});

describe('the bill of', () => {
  test.each([
    ['OpenRouter', { cost: 0.0107, is_byok: false, cost_details: { upstream_inference_cost: 0.01 } }, 0.0107],
    [
      'OpenRouter with an own key',
      { cost: 0.1, is_byok: true, cost_details: { upstream_inference_cost: 0.2 } },
      0.3,
    ],
    ['xAI', { cost_in_usd_ticks: 372_660_000 }, 0.037266],
    ['xAI in a batch', { cost_in_usd_ticks: 0 }, undefined],
    ['Perplexity', { cost: { input_tokens_cost: 4.2e-5, total_cost: 0.012627 } }, 0.012627],
    ['DeepInfra', { estimated_cost: 4.2e-5 }, 4.2e-5],
    ['a proxy that writes texts', { cost: '0.0012' }, 0.0012],
  ])('is read: %s', (_title, more, bill) => {
    const report = readReport('acme', 'm', chat(1, 1, 2, more));
    expect([report.bill_usd, report.doubts]).toEqual([bill, []]);
  });

  test.each([
    [
      'an own key, upstream unknown',
      { cost: 0.1, is_byok: true, cost_details: null },
      'the upstream has a bill',
    ],
    ['a negative cost', { cost: -1 }, 'cost is not an amount'],
    ['a cost in words', { cost: { total_cost: 'free' } }, 'cost is not an amount'],
    ['negative ticks', { cost_in_usd_ticks: -1 }, 'cost_in_usd_ticks is not an amount'],
    ['an estimate in words', { estimated_cost: 'low' }, 'estimated_cost is not an amount'],
  ])('cannot be read: %s', (_title, more, reason) => {
    const { bill_usd, doubts } = readReport('acme', 'm', chat(1, 1, 2, more));
    expect([bill_usd, doubts]).toEqual([
      undefined,
      [{ code: 'USAGE_UNREAD', reason: expect.stringContaining(reason) as string }],
    ]);
  });
});

test('speed, region and tier are kept unless they are the usual ones', () => {
  const raw = {
    input_tokens: 1,
    output_tokens: 1,
    speed: 'fast',
    inference_geo: 'us',
    service_tier: 'batch',
  };
  expect(readReport('anthropic', 'm', raw).usage).toMatchObject({ speed: 'fast', geo: 'us', tier: 'batch' });
  const usual = { ...raw, speed: 'standard', inference_geo: 'global', service_tier: 'standard' };
  expect(Object.keys(readReport('anthropic', 'm', usual).usage)).toEqual([
    'input_tokens',
    'output_tokens',
    'total_tokens',
    'cache_creation_input_tokens',
    'cache_read_input_tokens',
  ]);
  const google = { promptTokenCount: 1, totalTokenCount: 1, trafficType: 'ON_DEMAND_FLEX' };
  expect(readReport('google', 'm', google).usage.tier).toBe('flex');
});

describe('audio and images in an input of which a part was cached', () => {
  const google = { promptTokenCount: 1000, cachedContentTokenCount: 700, totalTokenCount: 1000 };
  const audio = { promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 500 }] };
  const openai = (details: object): object => chat(1000, 0, 1000, { prompt_tokens_details: details });

  test.each([
    ['google', { ...google, ...audio }, [300, 200]],
    ['openai', openai({ cached_tokens: 700, audio_tokens: 500 }), [300, 200]],
    ['openai', openai({ cached_tokens: 100, cache_write_tokens: 600, audio_tokens: 500 }), [300, 0]],
  ])('%s does not report how much of the audio was cached', (provider, raw, shares) => {
    const { usage, doubts } = readReport(provider, 'm', raw);
    expect([usage.input_audio_tokens, usage.cache_read_audio_tokens ?? 0]).toEqual(shares);
    expect(doubts).toEqual([
      { code: 'USAGE_UNREAD', reason: 'how much of the audio input was cached is not reported' },
    ]);
    expect(usageContradiction(usage)).toBeNull();
  });

  test.each([
    ['google', { ...google, ...audio, cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 450 }] }],
    ['google', { ...google, cachedContentTokenCount: 0, ...audio }],
    ['google', { ...google, promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 1000 }] }],
    [
      'openai',
      openai({ cached_tokens: 700, audio_tokens: 500, cached_tokens_details: { audio_tokens: 400 } }),
    ],
    ['openai', openai({ cached_tokens: 0, cache_write_tokens: 900, image_tokens: 800 })],
    ['openai', openai({ cached_tokens: 0, audio_tokens: 500 })],
  ])('%s leaves nothing open: %j', (provider, raw) => {
    const { usage, doubts } = readReport(provider, 'm', raw);
    expect([doubts, usageContradiction(usage)]).toEqual([[], null]);
  });
});

describe('the vendor at an address', () => {
  test.each([
    ['mine', 'https://api.x.ai/v1', 'xai'],
    ['mine', 'https://us-east-1.api.x.ai/v1', 'xai'],
    ['mine', 'https://generativelanguage.googleapis.com/v1beta/openai', 'google'],
    ['mine', 'https://europe-west4-aiplatform.googleapis.com/v1', 'google'],
    ['mine', 'https://API.Mistral.ai:443/v1', 'mistral'],
    ['mine', 'https://api.perplexity.ai', 'perplexity'],
    ['mine', 'https://openrouter.ai/api/v1', 'openrouter'],
    ['mine', 'https://llm.corp.example/v1', undefined],
    ['mine', 'https://api.x.ai.evil.example/v1', undefined],
    // A known name settles it, also behind a proxy of another vendor.
    ['xai', 'https://openrouter.ai/api/v1', undefined],
    ['openai', 'https://api.x.ai/v1', undefined],
  ])('%s at %s is %s', (provider, base_url, vendor) => {
    expect(vendorAt(provider, base_url)).toBe(vendor);
  });

  test('decides how counts relate, when a call is recorded and when it is checked', () => {
    const usage = chat(310, 20, 560, { completion_tokens_details: { reasoning_tokens: 230 } });
    const call = { provider: 'mine', model: 'grok-4' };
    expect(readBill({ usage }, call).usage_doubts).toMatchObject([{ code: 'TOTAL_MISMATCH' }]);
    const bill = readBill({ usage }, { ...call, vendor: 'xai' });
    expect(bill).toMatchObject({ usage: { output_tokens: 250, reasoning_tokens: 230 } });
    expect(bill.usage_doubts).toBeUndefined();
    const recorded = { ...completedCall({ model: 'mine/grok-4', usage: bill.usage }) };
    const data = { ...recorded.data, provider: 'mine', raw_usage: usage };
    const codes = (more: object): readonly string[] => {
      const event = { ...recorded, data: { ...data, ...more } } as LogEvent;
      return project(createCost({ pricing: testPricing() }), [event]).doubts.map(({ code }) => code);
    };
    expect(codes({})).toEqual(['TOTAL_MISMATCH']);
    expect(codes({ vendor: 'xai' })).toEqual([]);
  });
});
