// Everything that a fold of spend depends on, as plain data, and the fold made from it: each thread makes its own.
import { createSpend, type SpendOptions } from '../../../projections/spend/projection.ts';
import type { SpendState } from '../../../projections/spend/state.ts';
import type { Projection } from '../../../projections/contract.ts';
import type { Spend } from '../../../projections/spend/schema.ts';
import { loadPricing, type PricingFlags } from '../../home/pricing.ts';
import { timeZone } from './time-zone.ts';

export interface SpendSetup extends Pick<SpendOptions, 'by' | 'since' | 'until'> {
  readonly timeZone: string;
  readonly pricing: PricingFlags;
}

export type SpendProjection = Projection<SpendState, Spend>;

/** Throws USAGE for a time zone or a price date that is none, and what reading price files throws. */
export function spendProjection({ timeZone: zone, pricing, ...options }: SpendSetup): SpendProjection {
  return createSpend({ ...options, pricing: loadPricing(pricing), zone: timeZone(zone) });
}
