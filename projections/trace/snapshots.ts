// Rebuilds the shared store before and after each node from the journal of its changes. Snapshots are whole if all
// fit into a budget of bytes; otherwise they have only the keys that the node itself changed.
import { isShownKey, type DisplayFilter } from './display-filter.ts';
import type { KeyChange } from './mutations.ts';
import { printedBytes } from './printed-bytes.ts';
import { applyStorePatch, type StoreChange, type StoreRoot } from '../store/patches.ts';

export interface Snapshot {
  readonly shared_before: Record<string, unknown>;
  readonly shared_after: Record<string, unknown>;
}

export interface JournalRange {
  /** Positions in the journal. */
  readonly before: number;
  readonly after: number;
  readonly changes: readonly KeyChange[];
}

export interface SnapshotOptions {
  readonly filter: DisplayFilter;
  /** Maximum size of whole snapshots in bytes. */
  readonly budget: number;
}

export interface Snapshots {
  readonly kind: 'whole' | 'touched';
  /** One for each range. */
  readonly of: readonly Snapshot[];
}

/** Depth of the keys of a snapshot in the printed trace. */
const KEY_DEPTH = 4;

export function snapshotsOf(
  journal: readonly StoreChange[],
  ranges: readonly JournalRange[],
  { filter, budget }: SnapshotOptions,
): Snapshots {
  const shown = new Map<number, number>();
  for (const position of ranges.flatMap(({ before, after }) => [before, after])) {
    shown.set(position, (shown.get(position) ?? 0) + 1);
  }
  const stores = buildStores(journal, shown, { filter, budget });
  if (stores === undefined) {
    return { kind: 'touched', of: ranges.map(({ changes }) => touchedSnapshot(changes, filter)) };
  }
  const at = (position: number): Record<string, unknown> => stores.get(position) ?? {};
  return {
    kind: 'whole',
    of: ranges.map(({ before, after }) => ({ shared_before: at(before), shared_after: at(after) })),
  };
}

/**
 * Builds the store at each position in `shown` in one pass over the journal. `shown` maps positions to the number of
 * their uses. Stops as soon as the budget is exceeded, so that the work is limited by the budget and not by the
 * journal.
 */
function buildStores(
  journal: readonly StoreChange[],
  shown: ReadonlyMap<number, number>,
  { filter, budget }: SnapshotOptions,
): Map<number, Record<string, unknown>> | undefined {
  const root: StoreRoot = new Map();
  const changed = new Set<string>();
  const printed = new Map<string, { readonly value: unknown; readonly bytes: number }>();
  const stores = new Map<number, Record<string, unknown>>();
  let bytes = 0;
  let total = 0;
  for (let position = 0; position <= journal.length; position += 1) {
    const times = shown.get(position) ?? 0;
    if (times > 0) {
      for (const key of changed) {
        bytes -= printed.get(key)?.bytes ?? 0;
        printed.delete(key);
        if (!root.has(key)) continue;
        const value = filter(root.get(key));
        const size = printedBytes({ [key]: value }, KEY_DEPTH - 1);
        printed.set(key, { value, bytes: size });
        bytes += size;
      }
      changed.clear();
      total += bytes * times;
      if (total > budget) return undefined;
      const keys = [...root.keys()].filter(isShownKey);
      stores.set(position, Object.fromEntries(keys.map((key) => [key, printed.get(key)?.value])));
    }
    const change = journal[position];
    if (change === undefined) continue;
    applyStorePatch(root, change.patch);
    if (isShownKey(change.key)) changed.add(change.key);
  }
  return stores;
}

function touchedSnapshot(changes: readonly KeyChange[], filter: DisplayFilter): Snapshot {
  const side = (which: 'before' | 'after'): Record<string, unknown> =>
    Object.fromEntries(
      changes
        .filter((change) => change[which] !== undefined)
        .map((change) => [change.key, filter(change[which])]),
    );
  return { shared_before: side('before'), shared_after: side('after') };
}
