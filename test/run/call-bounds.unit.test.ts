import { expect, test } from 'vitest';
import { createPricing } from '../../projections/pricing/create-pricing.ts';
import { createCallBounds } from '../../src/run/call-bounds.ts';
import { completedCall, failedCall, priceBookOf } from '../support/model-calls.ts';

const MINI = 'openai/gpt-4o-mini';
const pricing = createPricing({ books: [priceBookOf({ [MINI]: { input: 1, output: 1 } })] });

test.each([
  ['no usage and no bill', {}, 'reported no usage'],
  ['no usage and a bill of 0', { provider_cost_usd: 0 }, 'reported no usage'],
  ['no usage and a bill', { provider_cost_usd: 0.1 }, undefined],
  [
    'a usage that contradicts itself',
    { usage: { output_tokens: 1, reasoning_tokens: 2 } },
    'reported a usage that contradicts itself (reasoning, audio and image output exceed output_tokens)',
  ],
  ['a usage', { usage: { input_tokens: 1, output_tokens: 1 } }, undefined],
])('the cost of an answer with %s is known or has a reason', (_name, bill, reason) => {
  const bounds = createCallBounds(pricing);
  bounds.expect({ model: MINI, prompt: 'Is it?' });
  bounds.follow(completedCall({ model: MINI, usage: {}, ...bill }));
  expect(bounds.unbounded).toEqual(
    reason === undefined ? undefined : { model: MINI, reason, needsBill: false },
  );
});

test.each([
  ['no bill', {}, 'failed after its request was sent and reported no usage'],
  ['a bill', { provider_cost_usd: 0.1 }, undefined],
])('the cost of a failed call with %s and without a usage', (_name, bill, reason) => {
  const bounds = createCallBounds(pricing);
  bounds.expect({ model: MINI, prompt: 'Is it?' });
  const failed = failedCall(MINI);
  bounds.follow({ ...failed, data: { ...failed.data, unmetered: true, ...bill } });
  expect(bounds.unbounded?.reason).toBe(reason);
});
