// Splits the cost in dollars between planner and workflow. Rounded separately, the two might miss the total by its last
// digit: so the planner's share is rounded, and the workflow's is the remainder.
import Big from 'big.js';
import { toDollars } from '../decimal.ts';
import { bucketsOf, type Bucket, type Ledger } from './ledger.ts';
import { costOf } from './sum-ledger.ts';

export interface PhaseDollars {
  readonly planner: number;
  /** Differs from its own rounded value by at most a millionth of a dollar. */
  readonly workflow: number;
  readonly total: number;
}

export function phaseDollars(ledger: Ledger): PhaseDollars {
  const paid = bucketsOf(ledger).filter((bucket) => !bucket.reused);
  const total = toDollars(costOf(ledger, paid));
  const planner = toDollars(
    costOf(
      ledger,
      paid.filter((bucket) => !isOfWorkflow(bucket)),
    ),
  );
  return { planner, workflow: toDollars(new Big(total).minus(planner)), total };
}

/** Calls without a phase belong to the workflow. */
export function isOfWorkflow({ phase }: Bucket): boolean {
  return phase !== 'planner';
}
