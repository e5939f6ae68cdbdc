// The sums of many judgements: how many succeeded, precision and recall over all parts of all structures, and the cost
// of a success.
import Big from 'big.js';
import type { CaseScore } from './score-case.ts';

export interface Totals {
  readonly sentences: number;
  readonly outcomes: number;
  readonly valid: number;
  readonly executed: number;
  readonly executing: number;
  readonly successes: number;
  /** Parts that are right among the planned and among the expected ones. Null without any. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly calls: number;
  /** US dollars, exact. */
  readonly cost: string;
  /** US dollars; null without a success. What failed was paid, too. */
  readonly cost_per_success: string | null;
}

export function totalsOf(judgements: readonly CaseScore[]): Totals {
  const count = (test: (one: CaseScore) => boolean): number => judgements.filter(test).length;
  const sum = (part: (one: CaseScore) => number): number =>
    judgements.reduce((all, one) => all + part(one), 0);
  const successes = count(({ success }) => success);
  const cost = judgements.reduce((all, one) => all.plus(one.cost), new Big(0));
  return {
    sentences: judgements.length,
    outcomes: count(({ outcome }) => outcome),
    valid: count(({ valid }) => valid),
    executed: count(({ executes }) => executes !== null),
    executing: count(({ executes }) => executes === true),
    successes,
    precision: share(
      sum(({ structure }) => structure.right),
      sum(({ structure }) => structure.planned),
    ),
    recall: share(
      sum(({ structure }) => structure.right),
      sum(({ structure }) => structure.expected),
    ),
    calls: sum(({ calls }) => calls),
    cost: cost.toFixed(),
    cost_per_success: successes === 0 ? null : cost.div(successes).toFixed(6),
  };
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
