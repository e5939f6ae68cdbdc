// Defines the state of the spend projection. It grows with runs and groups, never with events. Plain data, so that
// threads can send it to each other.
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

export interface SpendState {
  runs: Map<string, SpendRun>;
}
