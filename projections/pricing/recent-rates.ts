// The rates of recent calls, so that most calls need no search: where no price changes within a day, the calls of a day
// whose input is between the same two thresholds have the same rate.
import type { ModelCall } from '../../src/events/model-call.ts';
import type { Card } from './books/price-card.ts';
import { isOnDay } from './instant.ts';

/** The rates of the day of the last call, by size of input. */
export interface RecentRates<Family> {
  /** Such as `2026-11-01T`. */
  readonly day: string;
  readonly ranges: RateRange<Family>[];
}

/** Both thresholds are exclusive. */
interface RateRange<Family> {
  readonly above: number;
  readonly below: number;
  readonly family: Family;
}

/** Finds the rate of an earlier call with the same price, or null. `asOf`: the time of all prices. */
export function findRecent<Family>(
  recent: RecentRates<Family> | null,
  { data, at }: ModelCall,
  inputTokens: number,
  asOf: number | null,
): Family | null {
  if (recent === null || data.usage?.requests !== undefined) return null;
  if (asOf === null && !isOnDay(at, recent.day)) return null;
  for (const { above, below, family } of recent.ranges) {
    if (inputTokens > above && inputTokens < below) return family;
  }
  return null;
}

/** Keeps the rate of a call. Not if its input is at a threshold, or requests decide its price. */
export function keepRecent<Family>(
  recent: RecentRates<Family> | null,
  { call, reading }: { readonly call: ModelCall; readonly reading: { readonly inputTokens: number } },
  family: Family,
  cards: readonly Card[],
): RecentRates<Family> | null {
  if (call.data.usage?.requests !== undefined) return recent;
  const input = reading.inputTokens;
  let [above, below] = [-Infinity, Infinity];
  for (const threshold of cards.flatMap(thresholdsOf)) {
    if (threshold === input) return recent;
    if (threshold < input) above = Math.max(above, threshold);
    else below = Math.min(below, threshold);
  }
  const day = call.at.slice(0, 11);
  const kept = recent?.day === day ? recent : { day, ranges: [] };
  const isKnown = kept.ranges.some((range) => range.above === above && range.below === below);
  if (!isKnown) kept.ranges.push({ above, below, family });
  return kept;
}

/** The counts of input at which a price may change. */
function thresholdsOf({ tiers, serviceTiers, uncertainAbove }: Card): readonly number[] {
  const special = [...serviceTiers.values()].flatMap((tier) => ('prices' in tier ? tier.tiers : []));
  return [
    ...[...tiers, ...special].map(({ above }) => above),
    ...(uncertainAbove === null ? [] : [uncertainAbove]),
  ];
}
