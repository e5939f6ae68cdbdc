// Invariant: a call with a doubt is never part of an exact total, and every result with money names the doubt.
import { describe, expect, test } from 'vitest';
import { createCostComparison } from '../../../projections/cost-comparison/projection.ts';
import { costGaps } from '../../../projections/cost/cost-gaps.ts';
import { createCost } from '../../../projections/cost/projection.ts';
import { project } from '../../../projections/fold.ts';
import { createMetrics } from '../../../projections/metrics/projection.ts';
import { createSpend } from '../../../projections/spend/projection.ts';
import { createSteps } from '../../../projections/steps/projection.ts';
import { createSummary } from '../../../projections/summary/projection.ts';
import { createTrace } from '../../../projections/trace/projection.ts';
import { priceWarnings } from '../../../src/replay/price-warnings.ts';
import { buildRun } from '../../support/run-builder.ts';
import { MINI, testPricing } from '../../support/test-prices.ts';

const pricing = testPricing();
const WRONG_TOTAL = { input_tokens: 1000, output_tokens: 500, total_tokens: 99_999 };

const run = buildRun().started();
run.workflow(['ask'], () =>
  run.node('ask', { type: 'llm' }, (node) => {
    node.call({ model: MINI, usage: { input_tokens: 1000, output_tokens: 500 } });
    node.call({ model: MINI, usage: WRONG_TOTAL });
  }),
);
run.ended('success');
const { events } = run;

const doubt = {
  code: 'TOTAL_MISMATCH',
  calls: 1,
  models: [MINI],
  reasons: ['the total is not the sum of its parts'],
};
const exactly = { exact: false, doubts: [{ ...doubt, cost_usd: '0.00045' }] };
const inDollars = { exact: false, doubts: [{ ...doubt, cost_usd: 0.00045 }] };

describe('a call whose total contradicts its parts', () => {
  test('is a doubt of every result with money', () => {
    expect(project(createCost({ pricing }), events)).toMatchObject(exactly);
    expect(project(createSpend({ pricing }), events)).toMatchObject(exactly);
    expect(project(createCostComparison({ before: pricing, after: pricing }), events)).toMatchObject({
      ...exactly,
      before: exactly,
      after: exactly,
    });
    expect(project(createMetrics({ pricing }), events)).toMatchObject(inDollars);
    expect(project(createSummary({ pricing }), events)).toMatchObject(inDollars);
    expect(project(createTrace({ pricing }), events)).toMatchObject({ llm_summary: inDollars });
    const [step, ...others] = project(createSteps({ pricing }), events).filter(
      ({ exact }) => exact === false,
    );
    expect([step, others]).toMatchObject([inDollars, []]);
  });

  test('is marked where calls are listed one by one', () => {
    const [reason] = doubt.reasons;
    const doubts = [{ code: doubt.code, reason }];
    const { lines = [] } = project(createCost({ pricing, explain: true }), events);
    expect(lines.map((line) => line.doubts)).toEqual([undefined, doubts]);
    const { nodes } = project(createTrace({ pricing }), events);
    expect(nodes.flatMap(({ llm_calls }) => llm_calls.map((call) => call.doubts))).toEqual([
      undefined,
      doubts,
    ]);
  });

  test('is a warning', () => {
    const cost = createCost({ pricing });
    const state = cost.initial();
    for (const event of events) cost.evolve(state, event);
    expect(priceWarnings([costGaps(state.ledger, pricing)])).toEqual([
      `TOTAL_MISMATCH: the cost of 1 call of ${MINI} is not exact: the total is not the sum of its parts`,
    ]);
  });
});

test('a doubt about a price follows its rate', () => {
  const doubts = [{ code: 'SELLER_ASSUMED', reason: 'acme has no price of its own' }] as const;
  const doubtful = {
    ...pricing,
    rateOf: (...call: Parameters<typeof pricing.rateOf>) => ({
      ...pricing.rateOf(...call),
      id: 'doubtful',
      doubts,
    }),
  };
  const { exact, doubts: listed } = project(createCost({ pricing: doubtful }), events);
  expect([exact, listed.map(({ code, calls, cost_usd }) => [code, calls, cost_usd])]).toEqual([
    false,
    [
      ['TOTAL_MISMATCH', 1, '0.00045'],
      ['SELLER_ASSUMED', 2, '0.0009'],
    ],
  ]);
});

test('a reused answer raises no doubt: nothing was paid', () => {
  const again = buildRun().started();
  again.call({ model: MINI, usage: WRONG_TOTAL, reused: { run: 'run-0', seq: 4 } });
  const { exact, doubts } = project(createCost({ pricing }), again.events);
  expect([exact, doubts]).toEqual([true, []]);
});

test('the bill of a provider is beside the calculated cost in every result with money', () => {
  const billed = buildRun().started();
  billed.workflow(['ask'], () =>
    billed.node('ask', { type: 'llm' }, (node) => {
      node.call({
        model: MINI,
        usage: { input_tokens: 1000, output_tokens: 500 },
        provider_cost_usd: 0.0005,
      });
      node.call({ model: MINI, usage: { input_tokens: 1000, output_tokens: 500 } });
    }),
  );
  billed.ended('success');
  const exact = { calls: 1, provider_cost_usd: '0.0005', cost_usd: '0.00045', difference_usd: '-0.00005' };
  const dollars = { calls: 1, provider_cost_usd: 0.0005, cost_usd: 0.00045, difference_usd: -0.00005 };
  expect(project(createCost({ pricing }), billed.events).reported).toEqual(exact);
  expect(project(createSpend({ pricing }), billed.events).reported).toEqual(exact);
  expect(project(createMetrics({ pricing }), billed.events).reported).toEqual(dollars);
  expect(project(createSummary({ pricing }), billed.events).reported).toEqual(dollars);
});
