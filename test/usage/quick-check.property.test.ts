// Invariant: the quick check accepts only what the whole check has no doubt about, whatever the numbers are.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBill } from '../../src/models/usage/bill.ts';
import { checkRecorded } from '../../src/usage/check-recorded.ts';
import { isOrdinary } from '../../src/usage/quick-check.ts';
import { readReport } from '../../src/usage/read-report.ts';

const PROVIDERS = ['openai', 'anthropic', 'google', 'xai', 'acme', 'mistral', 'perplexity'];
const count = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom<unknown>(null, 0, 1.5, -1, '2', {}, []));
const details = fc.dictionary(
  fc.constantFrom('cached_tokens', 'cache_write_tokens', 'reasoning_tokens', 'audio_tokens', 'other'),
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
    ],
    ['input_tokens', 'output_tokens', 'total_tokens', 'input_tokens_details', 'output_tokens_details'],
    ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens', 'speed'],
    ['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount', 'thoughtsTokenCount', 'unknown'],
  ].map((names) => fc.dictionary(fc.constantFrom(...names), fc.oneof(count, details))),
);

test('an ordinary usage has no doubt', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PROVIDERS), raw, raw, (provider, numbers, others) => {
      for (const recorded of [numbers, others]) {
        const { usage } = readBill({ usage: recorded }, { provider, model: 'm' });
        if (!isOrdinary(provider, usage, numbers)) continue;
        expect(readReport(provider, 'm', numbers)).toEqual({ usage, doubts: [] });
      }
    }),
    { numRuns: 2_000 },
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
  ] as const;
  for (const [provider, numbers] of bodies) {
    const { usage } = readBill({ usage: numbers }, { provider, model: 'm' });
    expect([provider, isOrdinary(provider, usage, numbers)]).toEqual([provider, true]);
    expect(checkRecorded({ provider, model: 'm', usage, raw: numbers })).toEqual([]);
  }
});
