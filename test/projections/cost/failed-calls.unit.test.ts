// What a failed call costs: the bill of its provider, or its usage at the price of the model that answered.
import { expect, test } from 'vitest';
import { createCost } from '../../../projections/cost/projection.ts';
import type { Cost } from '../../../projections/cost/schema.ts';
import { project } from '../../../projections/fold.ts';
import { createPricing } from '../../../projections/pricing/create-pricing.ts';
import type { EventOf } from '../../../src/events/event.ts';
import { failedCall, priceBookOf } from '../../support/model-calls.ts';

const MINI = 'openai/gpt-4o-mini';
const books = [
  priceBookOf({ [MINI]: { input: 0.15, output: 0.6 }, 'openai/gpt-4o': { input: 3, output: 15 } }),
];
const cost = createCost({ pricing: createPricing({ books }), explain: true });

type Failed = EventOf<'llm.failed'>;

function failing(facts: Partial<Failed['data']>): Failed {
  const event = failedCall(MINI, { input_tokens: 1000, output_tokens: 500 });
  return { ...event, data: { ...event.data, ...facts } };
}

const costOf = (...log: readonly Failed[]): Cost => project(cost, log);

test('the bill of its provider, with a usage or without', () => {
  const billed = failing({ provider_cost_usd: 0.5 });
  expect(costOf(billed)).toMatchObject({
    total_cost_usd: '0.5',
    doubts: [{ code: 'REPORTED_DIFFERS' }],
    reported: { calls: 1, provider_cost_usd: '0.5', cost_usd: '0.00045' },
    lines: [{ state: 'reported', cost_usd: '0.5' }],
  });
  const { usage: _usage, ...rest } = billed.data;
  expect(costOf({ ...billed, data: rest })).toMatchObject({
    total_cost_usd: '0.5',
    exact: false,
    calls: 1,
    failed_calls: 1,
    lines: [{ state: 'reported', cost_usd: '0.5' }],
  });
});

test('the price of the model that answered, whatever calls came before', () => {
  const calls = costOf(failing({}), failing({ response_model: 'gpt-4o' }), failing({}));
  expect(calls.by_model[0]?.prices.map(({ entry, calls: count }) => [entry, count])).toEqual([
    [MINI, 2],
    ['openai/gpt-4o', 1],
  ]);
  expect(calls.total_cost_usd).toBe('0.0114');
});
