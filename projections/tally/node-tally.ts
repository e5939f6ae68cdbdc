// Counts the visits, items and attempts of one node. A batch node may report itself as a whole, its items, or both;
// its own time takes precedence over that of its items. Does not handle costs or the store.
import { addCounts, type Count } from './count.ts';
import { ITEM_STOPPED, type ErrorData } from '../../src/events/error-data.ts';
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { toMilliseconds, toNanoseconds } from './milliseconds.ts';

export type NodeEvent =
  EventOf<'node.started'> | EventOf<'node.completed'> | EventOf<'node.failed'> | EventOf<'node.retried'>;

export const NODE_TYPES = ['node.started', 'node.completed', 'node.failed', 'node.retried'] as const;

/** Counts of starts, ends and failures; `duration` is in nanoseconds. */
interface Executions {
  starts: number;
  ends: number;
  failures: number;
  /** Items that another one stopped. */
  stopped: number;
  duration: Count;
}

export interface NodeTally {
  /** Events without `item`, of the node as a whole. */
  readonly whole: Executions;
  readonly items: Executions;
  /** The highest visit number. */
  visits: number;
  /** The highest item number, plus one. */
  item_count: number;
  retries: number;
  /** Messages of the errors that were retried, each once. */
  readonly retry_reasons: string[];
  /** The last end of the node as a whole. */
  last: 'completed' | 'failed' | null;
  /** The last visit as a whole was taken from an earlier run. */
  restored: boolean;
  /** Of the last failure; cleared when the node completes later. */
  error: ErrorData | null;
  /** Null for a node that reported no number of items. */
  batch: BatchTally | null;
  /** Failures of items, the lowest indexes first, at most 5. */
  item_errors: readonly ItemError[];
}

/** Over all visits. */
interface BatchTally {
  /** Items that there are, whether or not they ran. */
  items: number;
}

export interface ItemError {
  readonly visit: number;
  readonly index: number;
  readonly error: ErrorData;
}

export function emptyTally(): NodeTally {
  const empty = (): Executions => ({ starts: 0, ends: 0, failures: 0, stopped: 0, duration: 0 });
  return {
    whole: empty(),
    items: empty(),
    visits: 0,
    item_count: 0,
    retries: 0,
    retry_reasons: [],
    last: null,
    restored: false,
    error: null,
    batch: null,
    item_errors: [],
  };
}

export function isNodeEvent(event: LogEvent): event is NodeEvent {
  // Compared one by one: a search in the list is slower, and this runs for every event of a log.
  const { type } = event;
  return (
    type === 'node.started' || type === 'node.completed' || type === 'node.failed' || type === 'node.retried'
  );
}

export function tallyNode(tally: NodeTally, event: NodeEvent): void {
  const visit = event.visit ?? 1;
  if (visit > tally.visits) tally.visits = visit;
  if (event.item !== undefined && event.item >= tally.item_count) tally.item_count = event.item + 1;
  const executions = event.item === undefined ? tally.whole : tally.items;
  switch (event.type) {
    case 'node.started':
      executions.starts += 1;
      tally.restored = false;
      return;
    case 'node.retried':
      tally.retries += 1;
      addReasons(tally.retry_reasons, [event.data.error.message]);
      return;
    case 'node.completed':
      executions.ends += 1;
      executions.duration = addCounts(executions.duration, toNanoseconds(event.data.duration_ms));
      if (event.item === undefined) {
        tally.last = 'completed';
        tally.error = null;
      }
      return;
    case 'node.failed':
      executions.ends += 1;
      executions.duration = addCounts(executions.duration, toNanoseconds(event.data.duration_ms));
      tallyFailure(tally, event);
      return;
    default:
      event satisfies never;
  }
}

/** An item that was stopped because of another one has not failed. */
function tallyFailure(tally: NodeTally, { visit = 1, item, data: { error } }: EventOf<'node.failed'>): void {
  if (item !== undefined && error.code === ITEM_STOPPED) {
    tally.items.stopped += 1;
    return;
  }
  const executions = item === undefined ? tally.whole : tally.items;
  executions.failures += 1;
  tally.error = error;
  if (item === undefined) tally.last = 'failed';
  else tally.item_errors = lowest([...tally.item_errors, { visit, index: item, error }]);
}

const ITEM_ERRORS_KEPT = 5;

function lowest(errors: readonly ItemError[]): readonly ItemError[] {
  const sorted = [...errors].sort((a, b) => a.visit - b.visit || a.index - b.index);
  return sorted.slice(0, ITEM_ERRORS_KEPT);
}

export function tallyBatch(tally: NodeTally, { data: { items } }: EventOf<'batch.started'>): void {
  if (tally.batch === null) tally.batch = { items };
  else tally.batch.items += items;
}

/** Counts of the items of a batch over all visits. Stopped ones and those that did not run are in `total` only. */
export function countItems({ batch, items }: NodeTally): Record<'total' | 'succeeded' | 'failed', number> {
  const { starts, ends, failures, stopped } = items;
  return { total: batch?.items ?? starts, succeeded: ends - failures - stopped, failed: failures };
}

/** Counts a visit or an item that an earlier run completed. */
export function tallyRestored(tally: NodeTally, { visit = 1, item, data }: EventOf<'node.restored'>): void {
  if (visit > tally.visits) tally.visits = visit;
  const executions = item === undefined ? tally.whole : tally.items;
  executions.starts += 1;
  executions.ends += 1;
  if (item !== undefined) {
    if (item >= tally.item_count) tally.item_count = item + 1;
    if (data.action === 'error') executions.failures += 1;
    return;
  }
  tally.last = data.action === 'error' ? 'failed' : 'completed';
  tally.restored = true;
  tally.error = null;
}

export function mergeTallies(a: NodeTally, b: NodeTally): NodeTally {
  return {
    whole: mergeExecutions(a.whole, b.whole),
    items: mergeExecutions(a.items, b.items),
    visits: Math.max(a.visits, b.visits),
    item_count: Math.max(a.item_count, b.item_count),
    retries: a.retries + b.retries,
    retry_reasons: addReasons([...a.retry_reasons], b.retry_reasons),
    last: b.last ?? a.last,
    restored: b.visits === 0 ? a.restored : b.restored,
    error: b.error ?? (b.last === 'completed' ? null : a.error),
    batch: mergeBatches(a.batch, b.batch),
    item_errors: lowest([...a.item_errors, ...b.item_errors]),
  };
}

function mergeBatches(a: BatchTally | null, b: BatchTally | null): BatchTally | null {
  return a === null || b === null ? (a ?? b) : { items: a.items + b.items };
}

const REASONS_KEPT = 5;

/** Adds new texts, up to 5 in all. Returns the list. */
export function addReasons(reasons: string[], more: readonly string[]): string[] {
  for (const reason of more) {
    if (reasons.length < REASONS_KEPT && !reasons.includes(reason)) reasons.push(reason);
  }
  return reasons;
}

function mergeExecutions(a: Executions, b: Executions): Executions {
  return {
    starts: a.starts + b.starts,
    ends: a.ends + b.ends,
    failures: a.failures + b.failures,
    stopped: a.stopped + b.stopped,
    duration: addCounts(a.duration, b.duration),
  };
}

/** The time of the node in milliseconds with 2 decimals. Visits without an end add nothing. */
export function tallyMilliseconds({ whole, items }: NodeTally): number {
  return toMilliseconds(whole.ends > 0 ? whole.duration : items.duration);
}

/** True if a visit or an item has started and not ended. */
export function isOpen({ whole, items }: NodeTally): boolean {
  return whole.starts > whole.ends || (whole.ends === 0 && items.starts > items.ends);
}

/** True if the last visit was taken from an earlier run. */
export function isRestored({ restored, whole }: NodeTally): boolean {
  return restored && whole.starts === whole.ends;
}

/** The status of the last visit. A batch that reports only its items fails if one of them failed. */
export function tallyStatus(tally: NodeTally): 'completed' | 'failed' {
  if (isOpen(tally)) return 'failed';
  if (tally.last !== null) return tally.last;
  return tally.items.failures > 0 || tally.items.ends === 0 ? 'failed' : 'completed';
}
