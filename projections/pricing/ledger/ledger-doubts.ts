// Adds up the doubts about paid calls: how many calls each concerns, of which models, and what they cost.
import type Big from 'big.js';
import { DOUBT_CODES, type DoubtCode } from '../../../src/events/doubts.ts';
import { bucketsOf, type Bucket, type Ledger } from './ledger.ts';
import { bucketDoubts, callsOf, costOf } from './sum-ledger.ts';
import * as z from 'zod';
import { toDecimal, toDollars } from '../decimal.ts';

type BucketFilter = (bucket: Bucket) => boolean;

interface DoubtSum {
  readonly code: DoubtCode;
  readonly calls: number;
  /** Sorted. */
  readonly models: string[];
  readonly cost: Big;
  /** Sorted, each once. */
  readonly reasons: string[];
}

/** One entry for each code that concerns a paid call, in the order of `DOUBT_CODES`. */
function ledgerDoubts(ledger: Ledger, pick: BucketFilter): DoubtSum[] {
  const found = new Map<DoubtCode, { buckets: Set<Bucket>; reasons: Set<string> }>();
  for (const bucket of bucketsOf(ledger).filter(pick)) {
    if (bucket.reused || bucket.calls === 0) continue;
    for (const { code, reason } of bucketDoubts(ledger, bucket)) {
      const one = found.get(code) ?? { buckets: new Set(), reasons: new Set() };
      found.set(code, one);
      one.buckets.add(bucket);
      one.reasons.add(reason);
    }
  }
  return DOUBT_CODES.flatMap((code) => {
    const one = found.get(code);
    if (one === undefined) return [];
    const buckets = [...one.buckets];
    return [
      {
        code,
        calls: callsOf(buckets),
        models: [...new Set(buckets.map(({ model }) => model))].sort(),
        cost: costOf(ledger, buckets),
        reasons: [...one.reasons].sort(),
      },
    ];
  });
}

/** Form of a doubt in results. `cost_usd` is the cost of the calls that it concerns. */
const doubtSumSchema = z.object({
  code: z.enum(DOUBT_CODES),
  calls: z.int(),
  models: z.array(z.string()),
  cost_usd: z.unknown(),
  reasons: z.array(z.string()),
});

/** With amounts as exact decimal strings. */
export const exactDoubtSchema = doubtSumSchema.extend({ cost_usd: z.string().regex(/^-?\d+(\.\d+)?$/) });

/** With amounts as dollars with 6 decimals. */
export const dollarDoubtSchema = doubtSumSchema.extend({ cost_usd: z.number() });

export function exactDoubts(
  ledger: Ledger,
  pick: BucketFilter = () => true,
): z.infer<typeof exactDoubtSchema>[] {
  return ledgerDoubts(ledger, pick).map(({ code, calls, models, cost, reasons }) => ({
    code,
    calls,
    models,
    cost_usd: toDecimal(cost),
    reasons,
  }));
}

export function dollarDoubts(
  ledger: Ledger,
  pick: BucketFilter = () => true,
): z.infer<typeof dollarDoubtSchema>[] {
  return ledgerDoubts(ledger, pick).map(({ code, calls, models, cost, reasons }) => ({
    code,
    calls,
    models,
    cost_usd: toDollars(cost),
    reasons,
  }));
}
