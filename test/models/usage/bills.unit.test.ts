import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBill, type Bill } from '../../../src/models/usage/bill.ts';

const FOLDER = new URL('../../../fixtures/providers/', import.meta.url);

const PROVIDERS: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  'openai-responses': 'openai',
  'openai-chat': 'acme',
  google: 'google',
};

/** input, cache writes, cache reads, output, total. */
function usage(
  counts: readonly [number, number, number, number, number],
  more: Bill['usage'] = {},
): Bill['usage'] {
  const [input, written, read, output, total] = counts;
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: total,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    ...more,
  };
}

const SONNET = { response_model: 'claude-sonnet-4-20250514' };
const MINI = { response_model: 'gpt-5-mini-2025-08-07' };

const EXPECTED: Readonly<Record<string, Omit<Bill, 'raw_usage'>>> = {
  'anthropic-plain': { ...SONNET, usage: usage([1250, 0, 0, 600, 1850]), service_tier: 'standard' },
  'anthropic-cached': { ...SONNET, usage: usage([73, 310, 4096, 415, 4894]), service_tier: 'standard' },
  'anthropic-cache-1h': {
    ...SONNET,
    usage: usage([640, 900, 1700, 77, 3317], { cache_creation_1h_input_tokens: 650, tier: 'priority' }),
    service_tier: 'priority',
  },
  'anthropic-thinking': {
    ...SONNET,
    usage: usage([88, 0, 0, 1530, 1618], { reasoning_tokens: 1210 }),
    service_tier: 'standard',
  },
  'anthropic-web-search': {
    ...SONNET,
    usage: usage([5120, 0, 0, 702, 5822], { requests: { web_search: 3, web_fetch: 1 } }),
    service_tier: 'standard',
  },
  'openai-responses-plain': { ...MINI, usage: usage([41, 0, 0, 92, 133]), service_tier: 'default' },
  'openai-responses-cached-reasoning': {
    ...MINI,
    usage: usage([86, 0, 1920, 1300, 3306], { reasoning_tokens: 1024 }),
    service_tier: 'flex',
  },
  'openai-responses-cache-write': {
    ...MINI,
    usage: usage([476, 1500, 1024, 50, 3050]),
    service_tier: 'default',
  },
  'openai-responses-web-search': {
    ...MINI,
    usage: usage([333, 0, 0, 401, 734], { requests: { web_search: 2 } }),
    service_tier: 'default',
  },
  'openai-chat-plain': {
    usage: usage([19, 0, 0, 10, 29]),
    response_model: 'gpt-4o-2024-08-06',
    service_tier: 'default',
  },
  'openai-chat-cached-reasoning': {
    usage: usage([164, 0, 1536, 540, 2240], { reasoning_tokens: 384 }),
    response_model: 'gpt-4o-2024-08-06',
  },
  'openai-chat-audio': {
    usage: usage([292, 0, 128, 250, 670], {
      input_audio_tokens: 200,
      cache_read_audio_tokens: 100,
      output_audio_tokens: 190,
    }),
    response_model: 'gpt-4o-audio-preview-2025-06-03',
  },
  'openai-chat-openrouter': {
    usage: usage([180, 200, 90, 62, 532], { reasoning_tokens: 12 }),
    response_model: 'anthropic/claude-sonnet-4',
    provider_cost_usd: 0.00123,
  },
  'openai-chat-deepseek': { usage: usage([44, 0, 256, 20, 320]), response_model: 'deepseek-chat' },
  'openai-chat-ollama': { usage: usage([26, 0, 0, 9, 35]), response_model: 'llama3.2:1b' },
  'openai-chat-unmetered': { usage: {}, response_model: 'local' },
  'google-plain': { usage: usage([8, 0, 0, 11, 19]), response_model: 'gemini-2.5-flash' },
  'google-cached-thoughts': {
    usage: usage([947, 0, 4096, 720, 5763], { reasoning_tokens: 600 }),
    response_model: 'gemini-2.5-flash',
  },
  'google-audio-image': {
    usage: usage([1800, 0, 500, 1390, 3690], {
      input_audio_tokens: 1400,
      input_image_tokens: 158,
      cache_read_audio_tokens: 400,
      cache_read_image_tokens: 100,
      output_image_tokens: 1290,
    }),
    response_model: 'gemini-2.5-flash',
  },
  'google-tool-use': {
    usage: usage([180, 0, 0, 250, 430], { reasoning_tokens: 50, requests: { web_search: 1 } }),
    response_model: 'gemini-2.5-flash',
    service_tier: 'standard',
  },
};

function body(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Record<string, unknown>;
}

function read(name: string): Bill {
  const api = Object.keys(PROVIDERS).find((prefix) => name.startsWith(`${prefix}-`)) ?? '';
  return readBill(body(name), { provider: PROVIDERS[api] ?? '', model: '' });
}

describe('the bill of a documented answer', () => {
  it.each(Object.entries(EXPECTED))('%s is split into classes that do not overlap', (name, expected) => {
    const { usage: raw, usageMetadata } = body(name);
    expect(read(name)).toEqual({ ...expected, ...(raw === null ? {} : { raw_usage: usageMetadata ?? raw }) });
  });

  it('every fixture is expected to be something', () => {
    const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
    expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(Object.keys(EXPECTED).sort());
  });
});

describe('a provider that reports less than it should', () => {
  it.each(Object.values(PROVIDERS))('%s: no usage at all is unmetered and not free', (provider) => {
    const read = (sent: unknown): Bill => readBill(sent, { provider, model: '' });
    expect(read({})).toEqual({ usage: {} });
    expect(read(undefined)).toEqual({ usage: {} });
    expect(read('<html>')).toEqual({ usage: {} });
    expect(read({ usage: null, usageMetadata: null })).toEqual({ usage: {} });
    expect(read({ usage: {} })).toEqual({ usage: {}, raw_usage: {} });
    expect(read({ usageMetadata: {} })).toEqual({ usage: {}, raw_usage: {} });
  });

  it('cached tokens beyond the input leave no negative input, and the total is that of the parts', () => {
    const reported = {
      prompt_tokens: 100,
      completion_tokens: 5,
      total_tokens: 105,
      prompt_tokens_details: { cached_tokens: 300 },
    };
    expect(readBill({ usage: reported }, { provider: 'openai', model: '' }).usage).toEqual(
      usage([0, 0, 300, 5, 305]),
    );
  });

  it('audio that cannot all be uncached counts as cached for the rest', () => {
    const details = { cached_tokens: 128, audio_tokens: 350 };
    const reported = {
      prompt_tokens: 420,
      completion_tokens: 1,
      total_tokens: 421,
      prompt_tokens_details: details,
    };
    expect(readBill({ usage: reported }, { provider: 'openai', model: '' }).usage).toEqual(
      usage([292, 0, 128, 1, 421], { input_audio_tokens: 292, cache_read_audio_tokens: 58 }),
    );
  });

  it('cache writes that are reported by lifetime only are added up', () => {
    const reported = {
      input_tokens: 1,
      output_tokens: 2,
      cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 4 },
    };
    expect(readBill({ usage: reported }, { provider: 'anthropic', model: '' }).usage).toEqual(
      usage([1, 34, 0, 2, 37], { cache_creation_1h_input_tokens: 4 }),
    );
  });
});
