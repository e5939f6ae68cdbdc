// What one node did over its visits, items and attempts. It knows neither money nor the store.
// A batch node may report itself as a whole, its items, or both: where it reports itself, that is its time.
import { addCounts, type Count } from './count.ts';
import type { ErrorData } from '../../src/events/error-data.ts';
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { toMilliseconds, toNanoseconds } from './milliseconds.ts';

export type NodeEvent =
  EventOf<'node.started'> | EventOf<'node.completed'> | EventOf<'node.failed'> | EventOf<'node.retried'>;

export const NODE_TYPES = ['node.started', 'node.completed', 'node.failed', 'node.retried'] as const;

/** Starts, ends and failures, and nanoseconds of the ends. */
interface Runs {
  starts: number;
  ends: number;
  failures: number;
  duration: Count;
}

export interface NodeTally {
  /** Events without `item`: the node as a whole. */
  readonly whole: Runs;
  readonly items: Runs;
  /** Highest visit number seen. */
  visits: number;
  /** Highest item number seen, plus one. */
  item_count: number;
  retries: number;
  /** How the node as a whole ended last. */
  last: 'completed' | 'failed' | null;
  /** Of the last failure; gone when the node completes later. */
  error: ErrorData | null;
}

export function emptyTally(): NodeTally {
  const runs = (): Runs => ({ starts: 0, ends: 0, failures: 0, duration: 0 });
  return { whole: runs(), items: runs(), visits: 0, item_count: 0, retries: 0, last: null, error: null };
}

export function isNodeEvent(event: LogEvent): event is NodeEvent {
  // Compared one by one: a search through the list takes longer, for every event of a log.
  const { type } = event;
  return (
    type === 'node.started' || type === 'node.completed' || type === 'node.failed' || type === 'node.retried'
  );
}

export function tallyNode(tally: NodeTally, event: NodeEvent): void {
  const visit = event.visit ?? 1;
  if (visit > tally.visits) tally.visits = visit;
  if (event.item !== undefined && event.item >= tally.item_count) tally.item_count = event.item + 1;
  const runs = event.item === undefined ? tally.whole : tally.items;
  switch (event.type) {
    case 'node.started':
      runs.starts += 1;
      return;
    case 'node.retried':
      tally.retries += 1;
      return;
    case 'node.completed':
      runs.ends += 1;
      runs.duration = addCounts(runs.duration, toNanoseconds(event.data.duration_ms));
      if (event.item === undefined) {
        tally.last = 'completed';
        tally.error = null;
      }
      return;
    case 'node.failed':
      runs.ends += 1;
      runs.failures += 1;
      runs.duration = addCounts(runs.duration, toNanoseconds(event.data.duration_ms));
      if (event.item === undefined) tally.last = 'failed';
      tally.error = event.data.error;
      return;
    default:
      event satisfies never;
  }
}

export function mergeTallies(a: NodeTally, b: NodeTally): NodeTally {
  return {
    whole: mergeRuns(a.whole, b.whole),
    items: mergeRuns(a.items, b.items),
    visits: Math.max(a.visits, b.visits),
    item_count: Math.max(a.item_count, b.item_count),
    retries: a.retries + b.retries,
    last: b.last ?? a.last,
    error: b.error ?? (b.last === 'completed' ? null : a.error),
  };
}

function mergeRuns(a: Runs, b: Runs): Runs {
  return {
    starts: a.starts + b.starts,
    ends: a.ends + b.ends,
    failures: a.failures + b.failures,
    duration: addCounts(a.duration, b.duration),
  };
}

/** Milliseconds with 2 decimals. A visit that never ended adds nothing. */
export function tallyMilliseconds({ whole, items }: NodeTally): number {
  return toMilliseconds(whole.ends > 0 ? whole.duration : items.duration);
}

/** Has begun something that has not ended. */
export function isOpen({ whole, items }: NodeTally): boolean {
  return whole.starts > whole.ends || (whole.ends === 0 && items.starts > items.ends);
}

/** The last visit decides; a batch that reports only its items failed when one of them did. */
export function tallyStatus(tally: NodeTally): 'completed' | 'failed' {
  if (isOpen(tally)) return 'failed';
  if (tally.last !== null) return tally.last;
  return tally.items.failures > 0 || tally.items.ends === 0 ? 'failed' : 'completed';
}

/** How often work was begun, retries included. */
export function tallyAttempts({ whole, items, retries }: NodeTally): number {
  return Math.max(1, items.starts > 0 ? items.starts : whole.starts) + retries;
}
