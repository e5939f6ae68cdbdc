// Decides whether the bill of a provider is what a call costs.
import type { ModelCall } from '../../src/events/model-call.ts';
import type { PriceState } from './rate.ts';

/** `auto`: the provider's bill where it reports one, else the calculated cost. */
export type CostSource = 'auto' | 'calculated' | 'reported';

/** What the provider reported that a call cost. It may be 0, which mostly means that it is not known. */
export function providerBill(call: ModelCall): number | undefined {
  return call.data.provider_cost_usd;
}

/**
 * The bill that is the cost of a call; undefined where its price is. Gateways report 0 where they do not know a price:
 * a bill of 0 counts only where the price is 0.
 */
export function billOf(
  call: ModelCall,
  { state }: { readonly state: PriceState },
  { cost_source }: { readonly cost_source: CostSource },
): number | undefined {
  if (cost_source === 'calculated') return undefined;
  const bill = providerBill(call);
  return bill === 0 && state !== 'free' ? undefined : bill;
}
