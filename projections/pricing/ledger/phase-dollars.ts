// What the planner and the workflow cost, in dollars as a JSON number. Each would be rounded for itself, and then the
// two might miss the total by its last digit: so the planner's share is rounded, and the workflow's is the rest.
import Big from 'big.js';
import { toDollars } from '../decimal.ts';
import { bucketsOf, type Bucket, type Ledger } from './ledger.ts';
import { costOf } from './sum-ledger.ts';

export interface PhaseDollars {
  readonly planner: number;
  /** At most a millionth of a dollar away from its own rounding. */
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

/** What does not say its phase belongs to the workflow. */
export function isOfWorkflow({ phase }: Bucket): boolean {
  return phase !== 'planner';
}
