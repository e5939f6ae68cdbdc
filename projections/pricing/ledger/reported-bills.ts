// Adds up the bills of calls whose provider reported one, beside their calculated cost.
import Big from 'big.js';
import * as z from 'zod';
import { toDecimal, toDollars } from '../decimal.ts';
import { bucketsOf, type Bucket, type Ledger } from './ledger.ts';
import { calculatedCostOf } from './sum-ledger.ts';

function reportedSchema<T extends z.ZodType>(amount: T) {
  return z.object({
    calls: z.int(),
    provider_cost_usd: amount,
    cost_usd: amount,
    difference_usd: amount.describe("our cost minus the provider's"),
  });
}

/** With amounts as exact decimal strings. */
export const exactReportedSchema = reportedSchema(z.string().regex(/^-?\d+(\.\d+)?$/));

/** With amounts as dollars with 6 decimals. */
export const dollarReportedSchema = reportedSchema(z.number());

interface ReportedSum {
  readonly calls: number;
  readonly reported: Big;
  readonly calculated: Big;
}

/** Null without such a call. */
function sumReported(ledger: Ledger, buckets: readonly Bucket[]): ReportedSum | null {
  const paid = buckets.filter((bucket) => bucket.reported && !bucket.reused);
  if (paid.length === 0) return null;
  return {
    calls: paid.reduce((sum, bucket) => sum + bucket.calls, 0),
    reported: paid.reduce((sum, bucket) => sum.plus(bucket.reported_usd), new Big(0)),
    calculated: calculatedCostOf(ledger, paid),
  };
}

function amounts<T>({ calls, reported, calculated }: ReportedSum, form: (amount: Big) => T) {
  return {
    calls,
    provider_cost_usd: form(reported),
    cost_usd: form(calculated),
    difference_usd: form(calculated.minus(reported)),
  };
}

export function exactReported(
  ledger: Ledger,
  buckets: readonly Bucket[],
): { reported?: z.infer<typeof exactReportedSchema> } {
  const sum = sumReported(ledger, buckets);
  return sum === null ? {} : { reported: amounts(sum, toDecimal) };
}

export function dollarReported(ledger: Ledger): { reported?: z.infer<typeof dollarReportedSchema> } {
  const sum = sumReported(ledger, [...bucketsOf(ledger)]);
  return sum === null ? {} : { reported: amounts(sum, toDollars) };
}
