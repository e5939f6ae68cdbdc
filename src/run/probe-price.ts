// Prices a call that has not been made, for limits of cost.
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import type { Rate } from '../../projections/pricing/rate.ts';
import type { Usage } from '../events/usage.ts';

/** Returns the rate of a call of `model` that is made now. */
export function probePrice(pricing: Pricing, model: string, usage: Usage): Rate {
  return pricing.calculatedRateOf({
    type: 'llm.failed',
    seq: 0,
    run: '',
    at: new Date().toISOString(),
    ms: 0,
    data: { call: 1, model, duration_ms: 0, error: { name: 'Error', message: '' }, usage },
  });
}
