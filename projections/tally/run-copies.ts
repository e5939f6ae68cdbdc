// Keeps the copies of a run that is found several times. Positions in a run ascend, so a position that does not
// ascend starts another copy; a copy that continues in the next part of the log is still one copy. The copy with the
// most calls counts. Three copies are kept, so that parts of a log can be merged in any grouping: the first and the
// last one, which may continue elsewhere, and the best of all others.
import { addNumber, emptyNumberSet, hasNumber, type NumberSet, unionRanges } from './number-set.ts';
import { emptyLedger, mergeLedgers, type Ledger } from '../pricing/ledger/ledger.ts';

export interface RunCopy {
  /** Positions of its first and last call. */
  first: number;
  last: number;
  calls: number;
  /** Their numbers. */
  readonly ended: NumberSet;
  ledger: Ledger;
}

/** The place of a call in its run, and its number. */
export interface CallPosition {
  readonly seq: number;
  readonly call: number;
}

/** Counts a call in its copy, and returns the copy. `copies` are those of the run, in order. */
export function countInCopy(copies: RunCopy[], { seq, call }: CallPosition): RunCopy {
  const open = copies.at(-1);
  if (open !== undefined && seq > open.last) {
    open.last = seq;
    open.calls += 1;
    addOnce(open.ended, call);
    return open;
  }
  const ended = { ranges: [call, call], repeats: [] };
  const made: RunCopy = { first: seq, last: seq, calls: 1, ended, ledger: emptyLedger() };
  copies.push(made);
  if (copies.length > 3) copies.splice(1, copies.length - 2, ...copyWithMostCalls(copies.slice(1, -1)));
  // Read again: if the list is a draft, only what it returns may be changed.
  return copies.at(-1) ?? made;
}

/** Adds a number that may be there. */
export function addOnce(set: NumberSet, number: number): void {
  if (!hasNumber(set, number)) addNumber(set, number);
}

/** The numbers of both sets. Changes neither. */
export function unionOf(a: NumberSet, b: NumberSet): NumberSet {
  return { ...emptyNumberSet(), ranges: unionRanges(a.ranges, b.ranges) };
}

/** Changes neither list, and shares nothing with them. */
export function mergeCopies(before: readonly RunCopy[], after: readonly RunCopy[]): RunCopy[] {
  const open = before.at(-1);
  const [next] = after;
  const continues = open !== undefined && next !== undefined && next.first > open.last;
  const all = continues
    ? [...before.slice(0, -1), joinCopies(open, next), ...after.slice(1)]
    : [...before, ...after];
  const kept =
    all.length > 3 ? [...all.slice(0, 1), ...copyWithMostCalls(all.slice(1, -1)), ...all.slice(-1)] : all;
  return kept.map((copy) => ({
    ...copy,
    ended: unionOf(copy.ended, emptyNumberSet()),
    ledger: mergeLedgers(copy.ledger, emptyLedger()),
  }));
}

/** Lists the first copy with the most calls, or nothing if there are no copies. */
export function copyWithMostCalls(copies: readonly RunCopy[]): RunCopy[] {
  const most = Math.max(...copies.map(({ calls }) => calls));
  return copies.filter(({ calls }) => calls === most).slice(0, 1);
}

function joinCopies(open: RunCopy, next: RunCopy): RunCopy {
  return {
    first: open.first,
    last: next.last,
    calls: open.calls + next.calls,
    ended: unionOf(open.ended, next.ended),
    ledger: mergeLedgers(open.ledger, next.ledger),
  };
}
