// Builds the spend result: adds up, by group, the one copy of each run that counts.
import { callFields, costDocument } from '../cost/document.ts';
import { toDecimal } from '../pricing/decimal.ts';
import type { Ledger } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { groupLedger, sumLedger, type LedgerSum } from '../pricing/ledger/sum-ledger.ts';
import { tokenFields } from '../pricing/ledger/token-fields.ts';
import type { SpendGroup, Spend, SpendRow } from './schema.ts';
import type { SpendState, SpendSums } from './state.ts';
import { addRunSums, mergeSpendSums, emptySpendSums, groupOfKey, keyOf } from './sums.ts';
import { present } from '../../src/values/present.ts';

export interface SpendSelection {
  readonly by: SpendGroup;
  readonly time_zone: string;
  readonly since: string | null;
  readonly until: string | null;
}

function sumsOf({ ledger, workflows }: SpendSums, by: SpendGroup): [string, LedgerSum][] {
  if (by !== 'workflow') return [...groupLedger(ledger, ({ node }) => keyOf(node))];
  return [...workflows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]): [string, LedgerSum] => [key, sumLedger(own)]);
}

function rowOf(key: string, sum: LedgerSum, runs: number): SpendRow {
  return {
    group: groupOfKey(key),
    runs,
    ...callFields(sum),
    ...tokenFields(sum.tokens),
    cost_usd: toDecimal(sum.cost),
    known_cost_usd: toDecimal(sum.known),
    estimated_cost_usd: toDecimal(sum.estimated),
    reused_cost_usd: toDecimal(sum.reused),
    exact: sum.exact,
  };
}

/** Returns undefined if every call has a time. */
function undatedSum(ledger: Ledger): Spend['undated'] {
  const sum = sumLedger(ledger);
  const { calls } = callFields(sum);
  return calls === 0 ? undefined : { calls, cost_usd: toDecimal(sum.cost), exact: sum.exact };
}

export function spendDocument(
  { runs, sums }: SpendState,
  pricing: Pricing,
  selection: SpendSelection,
): Spend {
  const totals = emptySpendSums();
  if (sums !== undefined) mergeSpendSums(totals, sums);
  for (const [id, run] of runs) addRunSums(totals, selection.by, id, run);
  const {
    by_model: _models,
    by_node: _nodes,
    by_phase: _phases,
    ...whole
  } = costDocument(totals.ledger, pricing, { lines: null, byNode: false });
  const undated = undatedSum(totals.undated);
  return {
    ...selection,
    runs: totals.allRuns,
    repeated_runs: totals.repeatedRuns,
    ...whole,
    ...tokenFields(sumLedger(totals.ledger).tokens),
    ...present({ undated }),
    groups: sumsOf(totals, selection.by).map(([key, sum]) => rowOf(key, sum, totals.runs.get(key) ?? 0)),
  };
}
