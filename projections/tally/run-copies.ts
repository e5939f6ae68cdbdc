// Keeps the copies of a run that is found several times. Positions in a run ascend, so a position that does not
// ascend starts another copy; a copy that continues in the next part of the log is still one copy. The copy with the
// most calls counts. Three copies are kept, so that parts of a log can be merged in any grouping: the first and the
// last one, which may continue elsewhere, and the best of all others.
import { emptyLedger, mergeLedgers, type Ledger } from '../pricing/ledger/ledger.ts';

export interface RunCopy {
  /** Positions of its first and last call. */
  first: number;
  last: number;
  calls: number;
  ledger: Ledger;
}

/** Counts a call at `seq` in its copy, and returns the copy. `copies` are those of the run, in order. */
export function countInCopy(copies: RunCopy[], seq: number): RunCopy {
  const open = copies.at(-1);
  if (open !== undefined && seq > open.last) {
    open.last = seq;
    open.calls += 1;
    return open;
  }
  const made: RunCopy = { first: seq, last: seq, calls: 1, ledger: emptyLedger() };
  copies.push(made);
  if (copies.length > 3) copies.splice(1, copies.length - 2, ...copyWithMostCalls(copies.slice(1, -1)));
  // Read again: if the list is a draft, only what it returns may be changed.
  return copies.at(-1) ?? made;
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
  return kept.map((copy) => ({ ...copy, ledger: mergeLedgers(copy.ledger, emptyLedger()) }));
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
    ledger: mergeLedgers(open.ledger, next.ledger),
  };
}
