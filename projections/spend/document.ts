// Builds the spend result: adds up, by group, the one copy of each run that counts.
import { callFields, costDocument } from '../cost/document.ts';
import { toDecimal } from '../pricing/decimal.ts';
import {
  addLedger,
  addLostCalls,
  addRunCalls,
  bucketsOf,
  emptyLedger,
  type Ledger,
} from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/pricing.ts';
import { groupLedger, sumLedger, type LedgerSum } from '../pricing/ledger/sum-ledger.ts';
import { tokenFields } from '../pricing/ledger/token-fields.ts';
import { numbersIn, subtractRanges } from '../tally/number-set.ts';
import { openCallsOf } from '../tally/open-calls.ts';
import { copyWithMostCalls } from '../tally/run-copies.ts';
import type { SpendGroup, Spend, SpendRow } from './schema.ts';
import type { SpendRun, SpendState } from './state.ts';

export interface SpendSelection {
  readonly by: SpendGroup;
  readonly time_zone: string;
  readonly since: string | null;
  readonly until: string | null;
}

interface Totals {
  readonly ledger: Ledger;
  /** Filled only if runs are grouped rather than calls. */
  readonly workflows: Map<string, Ledger>;
  /** Number of runs with a call in the group. */
  readonly runs: Map<string, number>;
  allRuns: number;
}

/** The key of null differs from that of every name. */
const keyOf = (group: string | null): string => (group === null ? '' : `:${group}`);
const groupOf = (key: string): string | null => (key === '' ? null : key.slice(1));

function addRun(totals: Totals, by: SpendGroup, id: string, run: SpendRun): void {
  const ledgers = [
    ...copyWithMostCalls(run.copies).map(({ ledger }) => ledger),
    ...openLedger(id, run),
    ...lostLedger(run),
  ];
  if (ledgers.length === 0) return;
  for (const ledger of ledgers) addLedger(totals.ledger, ledger);
  totals.allRuns += 1;
  const keys =
    by === 'workflow'
      ? [keyOf(run.workflow)]
      : ledgers.flatMap((ledger) => bucketsOf(ledger).map(({ node }) => keyOf(node)));
  for (const key of new Set(keys)) totals.runs.set(key, (totals.runs.get(key) ?? 0) + 1);
  if (by !== 'workflow') return;
  const own = totals.workflows.get(keyOf(run.workflow)) ?? emptyLedger();
  totals.workflows.set(keyOf(run.workflow), own);
  for (const ledger of ledgers) addLedger(own, ledger);
}

/** Lists a ledger of the open calls of a run, if it has any. */
function openLedger(id: string, { calls }: SpendRun): Ledger[] {
  if (openCallsOf(calls).length === 0) return [];
  const ledger = emptyLedger();
  addRunCalls(ledger, id, calls);
  return [ledger];
}

/** Lists a ledger of the calls that only other copies of the run have. */
function lostLedger({ copies, ended }: SpendRun): Ledger[] {
  const [kept] = copyWithMostCalls(copies);
  const lost = kept === undefined ? [] : numbersIn(subtractRanges(ended.ranges, kept.ended.ranges));
  if (lost.length === 0) return [];
  const ledger = emptyLedger();
  const models = new Set(copies.flatMap((copy) => bucketsOf(copy.ledger).map(({ model }) => model)));
  addLostCalls(ledger, [...models].sort().join(' or '), lost.length);
  return [ledger];
}

function sumsOf({ ledger, workflows }: Totals, by: SpendGroup): [string, LedgerSum][] {
  if (by !== 'workflow') return [...groupLedger(ledger, ({ node }) => keyOf(node))];
  return [...workflows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]): [string, LedgerSum] => [key, sumLedger(own)]);
}

function rowOf(key: string, sum: LedgerSum, runs: number): SpendRow {
  return {
    group: groupOf(key),
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
function undatedSum(runs: readonly SpendRun[]): Spend['undated'] {
  const ledger = emptyLedger();
  for (const run of runs) for (const copy of copyWithMostCalls(run.undated)) addLedger(ledger, copy.ledger);
  const { cost, exact } = sumLedger(ledger);
  const { calls } = callFields(sumLedger(ledger));
  return calls === 0 ? undefined : { calls, cost_usd: toDecimal(cost), exact };
}

export function spendDocument({ runs }: SpendState, pricing: Pricing, selection: SpendSelection): Spend {
  const totals: Totals = { ledger: emptyLedger(), workflows: new Map(), runs: new Map(), allRuns: 0 };
  for (const [id, run] of runs) addRun(totals, selection.by, id, run);
  const {
    by_model: _models,
    by_node: _nodes,
    by_phase: _phases,
    ...whole
  } = costDocument(totals.ledger, pricing, { lines: null, byNode: false });
  const undated = undatedSum([...runs.values()]);
  return {
    ...selection,
    runs: totals.allRuns,
    repeated_runs: [...runs.values()].filter(({ copies }) => copies.length > 1).length,
    ...whole,
    ...tokenFields(sumLedger(totals.ledger).tokens),
    ...(undated === undefined ? {} : { undated }),
    groups: sumsOf(totals, selection.by).map(([key, sum]) => rowOf(key, sum, totals.runs.get(key) ?? 0)),
  };
}
