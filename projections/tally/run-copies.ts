// The same run found more than once. Positions in a run rise, so where they do not, another copy of the run
// begins, and a copy that goes on in the next part of the log is still one copy. The one with the most calls
// counts. Which copies must be kept so that parts of a log can be merged in any grouping: the first and the
// last one, which may go on elsewhere, and the best of all others.
import { emptyLedger, mergeLedgers, type Ledger } from '../pricing/ledger/ledger.ts';

export interface RunCopy {
  /** Positions of its first and its last call. */
  first: number;
  last: number;
  calls: number;
  ledger: Ledger;
}

/** The copy that a call at `seq` belongs to, and that now counts it. `copies` are those of its run, in order. */
export function copyAt(copies: RunCopy[], seq: number): RunCopy {
  const open = copies.at(-1);
  if (open !== undefined && seq > open.last) {
    open.last = seq;
    open.calls += 1;
    return open;
  }
  const made: RunCopy = { first: seq, last: seq, calls: 1, ledger: emptyLedger() };
  copies.push(made);
  if (copies.length > 3) copies.splice(1, copies.length - 2, ...copyWithMostCalls(copies.slice(1, -1)));
  // Read again: where the list is a draft, only what it gives out may be changed.
  return copies.at(-1) ?? made;
}

/** Neither list is changed, and nothing in them is shared. */
export function mergeCopies(before: readonly RunCopy[], after: readonly RunCopy[]): RunCopy[] {
  const open = before.at(-1);
  const [next] = after;
  const goesOn = open !== undefined && next !== undefined && next.first > open.last;
  const all = goesOn
    ? [...before.slice(0, -1), joined(open, next), ...after.slice(1)]
    : [...before, ...after];
  const kept =
    all.length > 3 ? [...all.slice(0, 1), ...copyWithMostCalls(all.slice(1, -1)), ...all.slice(-1)] : all;
  return kept.map((copy) => ({ ...copy, ledger: mergeLedgers(copy.ledger, emptyLedger()) }));
}

/** The first of those with the most calls, in a list; an empty one for none. */
export function copyWithMostCalls(copies: readonly RunCopy[]): RunCopy[] {
  const most = Math.max(...copies.map(({ calls }) => calls));
  return copies.filter(({ calls }) => calls === most).slice(0, 1);
}

function joined(open: RunCopy, next: RunCopy): RunCopy {
  return {
    first: open.first,
    last: next.last,
    calls: open.calls + next.calls,
    ledger: mergeLedgers(open.ledger, next.ledger),
  };
}
