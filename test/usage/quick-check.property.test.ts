// Invariant: the quick check accepts only what the whole check has no doubt about, whatever the numbers are.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBill } from '../../src/models/usage/bill.ts';
import { checkRecorded } from '../../src/usage/check-recorded.ts';
import { agrees, isOrdinary, type Recorded } from '../../src/usage/quick-check.ts';
import { readReport } from '../../src/usage/read-report.ts';
import { compileShapeText } from '../../src/usage/usage-shape.ts';

const PROVIDERS = ['openai', 'anthropic', 'google', 'xai', 'acme', 'mistral', 'perplexity'];
const count = fc.oneof(
  fc.nat({ max: 3 }),
  fc.constantFrom<unknown>(null, 0, 1.5, -1, '2', {}, [], 'AUDIO', 'TEXT'),
);
const details = fc.dictionary(
  fc.constantFrom(
    ...['cached_tokens', 'cache_write_tokens', 'reasoning_tokens', 'audio_tokens', 'other', 'tokenCount'],
    ...['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens', 'thinking_tokens', 'modality', 'x_time'],
  ),
  count,
  { maxKeys: 3 },
);
const raw = fc.oneof(
  ...[
    [
      'prompt_tokens',
      'completion_tokens',
      'total_tokens',
      'prompt_tokens_details',
      'completion_tokens_details',
      ...[
        'cached_tokens',
        'prompt_cache_hit_tokens',
        'cost',
        'estimated_cost',
        'cost_in_usd_ticks',
        'prompt_cache_miss_tokens',
        'prompt_token_details',
        'input_tokens',
        'queue_time',
      ],
    ],
    [
      'input_tokens',
      'output_tokens',
      'total_tokens',
      'input_tokens_details',
      'output_tokens_details',
      'x_details',
    ],
    [
      'input_tokens',
      'output_tokens',
      'cache_read_input_tokens',
      'cache_creation_input_tokens',
      'speed',
      ...[
        'cache_creation',
        'output_tokens_details',
        'iterations',
        'server_tool_use',
        'service_tier',
        'total_tokens',
      ],
    ],
    [
      'promptTokenCount',
      'candidatesTokenCount',
      'totalTokenCount',
      'thoughtsTokenCount',
      'unknown',
      ...['promptTokensDetails', 'cachedContentTokenCount', 'trafficType', 'toolUsePromptTokenCount'],
    ],
  ].map((names) =>
    fc.dictionary(fc.constantFrom(...names), fc.oneof(count, details, fc.array(details, { maxLength: 2 }))),
  ),
);

/** As the scanner of logs checks it: the numbers apart from the text. */
function agreesAsText(provider: string, recorded: Recorded, raw: object): boolean {
  const numbers: number[] = [];
  const text = JSON.stringify(raw).replaceAll(/"[^"]*"|-?[\d.]+/gu, (found) => {
    if (found.startsWith('"')) return found;
    numbers.push(Number(found));
    return '#';
  });
  const shape = compileShapeText(provider, text);
  return shape !== null && agrees(shape, numbers, 0, recorded);
}

test('an ordinary usage has no doubt', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PROVIDERS), raw, raw, (provider, numbers, others) => {
      for (const recorded of [numbers, others]) {
        const { usage, provider_cost_usd: bill } = readBill({ usage: recorded }, { provider, model: 'm' });
        const call = { usage, bill };
        expect(isOrdinary(provider, call, numbers) || !agreesAsText(provider, call, numbers)).toBe(true);
        if (!isOrdinary(provider, call, numbers)) continue;
        const { bill_usd, ...report } = readReport(provider, 'm', numbers);
        expect(report).toEqual({ usage, doubts: [] });
        if (bill_usd !== undefined) expect(bill_usd).toBe(bill);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('a usual usage of each form is ordinary', () => {
  const bodies = [
    [
      'openai',
      {
        prompt_tokens: 9,
        completion_tokens: 2,
        total_tokens: 11,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    ],
    [
      'openai',
      { input_tokens: 9, output_tokens: 2, total_tokens: 11, input_tokens_details: { cached_tokens: 4 } },
    ],
    [
      'anthropic',
      { input_tokens: 9, output_tokens: 2, cache_read_input_tokens: 4, cache_creation_input_tokens: 1 },
    ],
    ['google', { promptTokenCount: 9, candidatesTokenCount: 2, thoughtsTokenCount: 3, totalTokenCount: 14 }],
    [
      'google',
      {
        promptTokenCount: 9,
        candidatesTokenCount: 2,
        totalTokenCount: 11,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }],
      },
    ],
    [
      'anthropic',
      {
        input_tokens: 9,
        output_tokens: 2,
        cache_creation_input_tokens: 5,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 2 },
        service_tier: 'standard',
        inference_geo: 'not_available',
      },
    ],
    [
      'xai',
      {
        prompt_tokens: 9,
        completion_tokens: 2,
        total_tokens: 16,
        completion_tokens_details: { reasoning_tokens: 5 },
      },
    ],
    ['groq', { queue_time: 0.01, prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, total_time: 1.5 }],
  ] as const;
  for (const [provider, numbers] of bodies) {
    const { usage } = readBill({ usage: numbers }, { provider, model: 'm' });
    expect([provider, isOrdinary(provider, { usage }, numbers)]).toEqual([provider, true]);
    expect([provider, agreesAsText(provider, { usage }, numbers)]).toEqual([provider, true]);
    expect(checkRecorded({ provider, model: 'm', usage, raw: numbers })).toEqual([]);
  }
});
