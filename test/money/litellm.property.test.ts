// Invariant: where prices in the form of LiteLLM and the built-in ones are both exact, they give the same amount. The
// excerpt was written for this test, with the names of LiteLLM's fields and published prices.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cost } from '../../projections/cost/schema.ts';
import type { Usage } from '../../src/events/usage.ts';
import { costOfCall, type OwnPrices } from './cost-of-call.ts';

const LITELLM = JSON.parse(readFileSync('fixtures/money/litellm-excerpt.json', 'utf8')) as Readonly<
  Record<string, { readonly litellm_provider: string }>
>;

/** A name of LiteLLM with its seller, as a log has it. */
const MODELS = Object.entries(LITELLM)
  .filter(([name]) => name !== 'sample_spec')
  .map(([name, { litellm_provider }]) => (name.includes('/') ? name : `${litellm_provider}/${name}`));

const size = fc.oneof(
  fc.nat({ max: 5_000 }),
  fc.constantFrom(0, 1, 199_999, 200_000, 200_001, 271_999, 300_000),
);
const usages = fc.record({
  input_tokens: size,
  output_tokens: fc.nat({ max: 9_000 }),
  cache_read_input_tokens: size,
});
const tiers = fc.constantFrom(undefined, 'batch', 'flex', 'priority');

function costWith(pricing: OwnPrices | undefined, model: string, usage: Usage, service_tier?: string): Cost {
  const provider = model.split('/')[0] ?? '';
  const bill = { usage, ...(service_tier === undefined ? {} : { service_tier }) };
  return costOfCall({ model, provider, bill, pricing });
}

test('prices of LiteLLM and the built-in ones agree wherever both are exact', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.constantFrom(...MODELS), usages, tiers, (model, usage, tier) => {
      const theirs = costWith(LITELLM, model, usage, tier);
      const ours = costWith(undefined, model, usage, tier);
      expect(theirs.pricing.books[0]?.source).toBe('own prices');
      if (!theirs.exact || !ours.exact) return;
      compared += 1;
      expect([model, usage, tier, theirs.total_cost_usd]).toEqual([model, usage, tier, ours.total_cost_usd]);
    }),
    { numRuns: 300 },
  );
  // The comparison is not empty.
  expect(compared).toBeGreaterThan(100);
});
