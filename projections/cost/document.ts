// Builds the cost result of a ledger: totals, rows, and everything that keeps a total from being exact.
import { explainLines, type CostLineState } from './cost-line.ts';
import { costGaps } from './cost-gaps.ts';
import type { Cost } from './schema.ts';
import { toDecimal } from '../pricing/decimal.ts';
import { bucketsOf, type Bucket, type Ledger } from '../pricing/ledger/ledger.ts';
import { exactReported } from '../pricing/ledger/reported-bills.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import type { PriceState, Rate } from '../pricing/rate.ts';
import {
  bucketRate,
  bucketState,
  groupLedger,
  sumLedger,
  type LedgerSum,
} from '../pricing/ledger/sum-ledger.ts';
import { tokenFields } from '../pricing/ledger/token-fields.ts';

type ModelRow = Cost['by_model'][number];

/** Ordered by uncertainty, the most certain state first. */
const BY_UNCERTAINTY: readonly PriceState[] = [
  'free',
  'priced',
  'reported',
  'unmetered',
  'estimated',
  'unpriced',
  'rejected',
];

export const callFields = (sum: LedgerSum): Pick<ModelRow, 'calls' | 'failed_calls' | 'reused_calls'> => ({
  calls: sum.calls,
  failed_calls: sum.failed_calls,
  reused_calls: sum.reused_calls,
});

function pricesOf(ledger: Ledger, buckets: readonly Bucket[]): ModelRow['prices'] {
  const found = new Map<string, { rate: Rate; state: PriceState; calls: number }>();
  for (const bucket of buckets) {
    if (bucket.calls === 0) continue;
    const [rate, state] = [bucketRate(ledger, bucket), bucketState(ledger, bucket)];
    const key = state === 'reported' ? `${rate.id} reported` : rate.id;
    const known = found.get(key);
    found.set(key, { rate, state, calls: (known?.calls ?? 0) + bucket.calls });
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { rate, state, calls }]) => {
      const { entry, by, rule, source, tier, service_tier } = rate;
      return { calls, state, entry, by, rule, source, tier, service_tier };
    });
}

function modelRows(ledger: Ledger, buckets: readonly Bucket[]): ModelRow[] {
  const rows: ModelRow[] = [];
  for (const [model, sum] of groupLedger(ledger, (bucket) => bucket.model)) {
    if (sum.calls + sum.reused_calls === 0) continue;
    const own = buckets.filter((bucket) => bucket.model === model && bucket.calls > 0);
    const paid = own.filter((bucket) => !bucket.reused);
    const states = (paid.length > 0 ? paid : own).map((bucket) => bucketState(ledger, bucket));
    rows.push({
      model,
      ...callFields(sum),
      ...tokenFields(sum.tokens),
      cost_usd: toDecimal(sum.cost),
      reused_cost_usd: toDecimal(sum.reused),
      state: BY_UNCERTAINTY.findLast((state) => states.includes(state)) ?? 'unmetered',
      prices: pricesOf(ledger, own),
      ...exactReported(ledger, own),
    });
  }
  return rows;
}

function nodeRows(ledger: Ledger): Cost['by_node'] {
  const places = new Map<string, Pick<Bucket, 'node' | 'phase'>>();
  const sums = groupLedger(ledger, (bucket) => {
    const key = JSON.stringify([bucket.phase, bucket.node]);
    places.set(key, bucket);
    return key;
  });
  return [...sums].map(([key, sum]) => {
    const { node = null, phase = null } = places.get(key) ?? {};
    return { node, phase, ...callFields(sum), ...tokenFields(sum.tokens), cost_usd: toDecimal(sum.cost) };
  });
}

function phaseRows(ledger: Ledger): Cost['by_phase'] {
  return [...groupLedger(ledger, (bucket) => bucket.phase ?? '')].map(([key, sum]) => ({
    phase: key === 'planner' || key === 'workflow' ? key : null,
    ...callFields(sum),
    cost_usd: toDecimal(sum.cost),
  }));
}

function pricingFields({ info }: Pricing): Cost['pricing'] {
  return { ...info, books: info.books.map((book) => ({ ...book })) };
}

export interface CostParts {
  /** Null: the result has no lines. */
  readonly lines: readonly CostLineState[] | null;
  readonly byNode: boolean;
}

export function costDocument(ledger: Ledger, pricing: Pricing, { lines, byNode }: CostParts): Cost {
  const buckets = bucketsOf(ledger);
  const sum = sumLedger(ledger);
  const { doubts, ...gaps } = costGaps(ledger, pricing);
  return {
    currency: 'USD',
    total_cost_usd: toDecimal(sum.cost),
    exact: sum.exact,
    doubts,
    known_cost_usd: toDecimal(sum.known),
    estimated_cost_usd: toDecimal(sum.estimated),
    reused_cost_usd: toDecimal(sum.reused),
    ...callFields(sum),
    by_model: modelRows(ledger, buckets),
    by_node: byNode ? nodeRows(ledger) : [],
    by_phase: phaseRows(ledger),
    ...(lines === null ? {} : { lines: explainLines(lines, ledger) }),
    ...gaps,
    ...exactReported(ledger, buckets),
    pricing: pricingFields(pricing),
  };
}
