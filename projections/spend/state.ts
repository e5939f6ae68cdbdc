// Defines the state of the spend projection. It grows with runs and groups, never with events. Plain data, so that
// threads can send it to each other.
import type { Ledger } from '../pricing/ledger/ledger.ts';
import type { NumberSet } from '../tally/number-set.ts';
import type { RunCalls } from '../tally/open-calls.ts';
import type { RunCopy } from '../tally/run-copies.ts';

export interface SpendRun {
  /** As the run reports it; null until then. */
  workflow: string | null;
  copies: RunCopy[];
  /** Numbers of the calls that ended in any copy. */
  readonly ended: NumberSet;
  /** Of all copies together. */
  calls: RunCalls;
  /** Calls without a readable time, which `since` and `until` leave out. */
  undated: RunCopy[];
}

/** What runs add to a result, by group. */
export interface SpendSums {
  readonly ledger: Ledger;
  /** Filled only if runs are grouped rather than calls. */
  readonly workflows: Map<string, Ledger>;
  /** Number of runs with a call in the group. */
  readonly runs: Map<string, number>;
  allRuns: number;
  repeatedRuns: number;
  /** Calls without a readable time, which `since` and `until` leave out. */
  readonly undated: Ledger;
}

export interface SpendState {
  runs: Map<string, SpendRun>;
  /** Of runs that are not in `runs`, and that no other log has. */
  readonly sums?: SpendSums;
}
