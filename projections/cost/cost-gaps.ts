// Lists the calls that keep a cost from being exact: their price is estimated, unknown or impossible.
import type { Cost } from './schema.ts';
import { toDecimal, toNumber } from '../pricing/decimal.ts';
import { bucketsOf, type Bucket, type Ledger } from '../pricing/ledger/ledger.ts';
import { exactDoubts } from '../pricing/ledger/ledger-doubts.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import type { PriceState, Rate } from '../pricing/rate.ts';
import { bucketRate, bucketState, callsOf, costOf, tokensOf } from '../pricing/ledger/sum-ledger.ts';

export type CostGaps = Pick<Cost, 'estimated' | 'unpriced' | 'rejected' | 'unmetered' | 'doubts'>;

type UnknownPrice = Cost['unpriced'][number];

/** Finding similar names takes time, and readers need no more than this. */
const MAX_SUGGESTIONS = 50;

/** Groups the paid calls in one state by model and reason. */
function groupsInState(
  ledger: Ledger,
  buckets: readonly Bucket[],
  state: PriceState,
): { model: string; rate: Rate; buckets: Bucket[] }[] {
  const groups = new Map<string, { model: string; rate: Rate; buckets: Bucket[] }>();
  for (const bucket of buckets) {
    const rate = bucketRate(ledger, bucket);
    if (bucketState(ledger, bucket) !== state || bucket.reused || bucket.calls === 0) continue;
    const key = JSON.stringify([bucket.model, rate.reason, rate.entry]);
    const group = groups.get(key) ?? { model: bucket.model, rate, buckets: [] };
    groups.set(key, group);
    group.buckets.push(bucket);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

export function costGaps(ledger: Ledger, pricing: Pricing): CostGaps {
  const all = bucketsOf(ledger);
  let left = MAX_SUGGESTIONS;
  const head = ({
    model,
    rate,
    buckets,
  }: ReturnType<typeof groupsInState>[number]): Omit<UnknownPrice, 'tokens'> => {
    const unknown = rate.by === 'fallback' || rate.entry === null;
    const nearest = unknown && left-- > 0 ? [...pricing.nearest(model)] : [];
    return { model, calls: callsOf(buckets), reason: rate.reason ?? '', nearest };
  };
  return {
    doubts: exactDoubts(ledger),
    estimated: groupsInState(ledger, all, 'estimated').map((group) => {
      const cost = costOf(ledger, group.buckets);
      return { ...head(group), cost_usd: toDecimal(cost), entry: group.rate.entry };
    }),
    unpriced: groupsInState(ledger, all, 'unpriced').map((group) => ({
      ...head(group),
      tokens: toNumber(tokensOf(group.buckets).total_tokens),
    })),
    rejected: groupsInState(ledger, all, 'rejected').map(({ model, rate, buckets }) => ({
      model,
      calls: callsOf(buckets),
      reason: rate.reason ?? '',
    })),
    unmetered: groupsInState(ledger, all, 'unmetered').map(({ model, rate, buckets }) => ({
      model,
      calls: callsOf(buckets),
      reason: rate.reason ?? '',
    })),
  };
}
