// Invariant: what a call costs does not depend on the calls before it, although rates are kept from call to call.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cataloguePricing, completedCall } from '../../support/model-calls.ts';

/** One price, tiers, changes of prices, hours of the day, and a service tier. */
const models = [
  { provider: 'openai', model: 'openai/gpt-4o-mini' },
  { provider: 'anthropic', model: 'anthropic/claude-sonnet-4-5' },
  { provider: 'anthropic', model: 'anthropic/claude-sonnet-4-0' },
  { provider: 'google', model: 'google/gemini-2.5-pro' },
  { provider: 'openai', model: 'openai/o3' },
  { provider: 'deepseek', model: 'deepseek/deepseek-chat' },
  { provider: 'openai', model: 'openai/gpt-5.4' },
  { provider: 'openai', model: 'openai/gpt-5', service_tier: 'flex' },
  { provider: 'groq', model: 'groq/llama-3.3-70b-versatile' },
  { provider: 'unknown', model: 'unknown/new-model' },
];

// A change of o3's price is among them, and DeepSeek's hours.
const days = ['2025-06-09', '2025-06-10', '2025-09-05', '2026-11-22'];
const time = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('00:00:00.000', '00:29:59.999', '16:30:00.000', '23:59:59.999') },
  // Moments in another form, and what is not a moment.
  fc.constantFrom('12:00:00', '12:00', '24:00:00.000', '09:61:00.000', '09:30:00.xyz', ''),
);

const input = fc.constantFrom(
  0,
  1,
  127_999,
  128_000,
  128_001,
  200_000,
  200_001,
  271_999,
  272_000,
  272_001,
  9e6,
);

const usage = fc.tuple(input, fc.nat(9), fc.nat(9)).map(([input_tokens, output_tokens, rare]) => ({
  ...{ input_tokens, output_tokens },
  ...(rare === 0 ? { requests: { web_search: 1 } } : {}),
}));

/** Of one model, mostly of one day. */
const calls = fc.tuple(fc.constantFrom(...models), fc.constantFrom(...days)).chain(([model, usual]) => {
  const day = fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, fc.constantFrom(...days));
  const call = fc
    .tuple(day, time, usage)
    .map(([date, clock, counts]) => completedCall({ ...model, at: `${date}T${clock}Z`, usage: counts }));
  return fc.array(call, { minLength: 8, maxLength: 16 });
});

test.each([undefined, '2025-06-09T18:00:00Z'])('rates with prices as of %s', (asOf) => {
  const pricing = (): ReturnType<typeof cataloguePricing> =>
    cataloguePricing(asOf === undefined ? {} : { asOf });
  fc.assert(
    fc.property(calls, (list) => {
      const shared = pricing();
      expect(list.map((one) => shared.rateOf(one))).toEqual(list.map((one) => pricing().rateOf(one)));
    }),
    { numRuns: 150 },
  );
});
