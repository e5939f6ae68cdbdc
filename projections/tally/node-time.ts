// Adds up the time of one node over its visits, items and attempts. A batch node may report itself as a whole, its
// items, or both; its own time takes precedence over that of its items.
import { addCounts, type Count } from './count.ts';
import { toNanoseconds } from './milliseconds.ts';
import type { NodeEvent } from './node-tally.ts';

/** Durations in nanoseconds. */
export interface NodeTime {
  /** Of the node as a whole; null until a visit ends. */
  whole: Count | null;
  items: Count;
}

export function emptyNodeTime(): NodeTime {
  return { whole: null, items: 0 };
}

export function addNodeTime(time: NodeTime, event: NodeEvent): void {
  if (event.type !== 'node.completed' && event.type !== 'node.failed') return;
  const duration = toNanoseconds(event.data.duration_ms);
  if (event.item === undefined) time.whole = addCounts(time.whole ?? 0, duration);
  else time.items = addCounts(time.items, duration);
}

export function mergeNodeTimes(a: NodeTime, b: NodeTime): NodeTime {
  return {
    whole: a.whole === null || b.whole === null ? (a.whole ?? b.whole) : addCounts(a.whole, b.whole),
    items: addCounts(a.items, b.items),
  };
}

/** Nanoseconds. Visits without an end add nothing. */
export function nodeDuration({ whole, items }: NodeTime): Count {
  return whole ?? items;
}
