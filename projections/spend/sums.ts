// Adds up runs by group, each by the copy that counts. Sums of runs that no other log has are all that is needed of
// them: they can be kept and added to others. Plain data.
import {
  addLedger,
  addLostCalls,
  addRunCalls,
  bucketsOf,
  emptyLedger,
  type Ledger,
} from '../pricing/ledger/ledger.ts';
import { numbersIn, subtractRanges } from '../tally/number-set.ts';
import { openCallsOf } from '../tally/open-calls.ts';
import { copyWithMostCalls } from '../tally/run-copies.ts';
import type { SpendGroup } from './schema.ts';
import type { SpendRun, SpendSums } from './state.ts';

export function emptySpendSums(): SpendSums {
  return {
    ledger: emptyLedger(),
    workflows: new Map(),
    runs: new Map(),
    allRuns: 0,
    repeatedRuns: 0,
    undated: emptyLedger(),
  };
}

/** The key of null differs from that of every name. */
export const keyOf = (group: string | null): string => (group === null ? '' : `:${group}`);
export const groupOfKey = (key: string): string | null => (key === '' ? null : key.slice(1));

/** Adds the copy of a run that counts. The run stays unchanged, and nothing of it is shared. */
export function addRunSums(totals: SpendSums, by: SpendGroup, id: string, run: SpendRun): void {
  for (const { ledger } of copyWithMostCalls(run.undated)) addLedger(totals.undated, ledger);
  if (run.copies.length > 1) totals.repeatedRuns += 1;
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
  for (const key of new Set(keys)) addCount(totals.runs, key, 1);
  if (by !== 'workflow') return;
  for (const ledger of ledgers) addToWorkflow(totals, keyOf(run.workflow), ledger);
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

/** Adds sums of other runs. They stay unchanged, and nothing of them is shared. */
export function mergeSpendSums(into: SpendSums, from: SpendSums): void {
  addLedger(into.ledger, from.ledger);
  addLedger(into.undated, from.undated);
  for (const [key, ledger] of from.workflows) addToWorkflow(into, key, ledger);
  for (const [key, count] of from.runs) addCount(into.runs, key, count);
  into.allRuns += from.allRuns;
  into.repeatedRuns += from.repeatedRuns;
}

function addToWorkflow({ workflows }: SpendSums, key: string, ledger: Ledger): void {
  const own = workflows.get(key) ?? emptyLedger();
  workflows.set(key, own);
  addLedger(own, ledger);
}

function addCount(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
