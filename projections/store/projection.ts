// The shared store of a run as its patches leave it: after the whole log, or after any event with `--until`.
// A log of level `metrics` holds no patches, and its store is empty.
import * as z from 'zod';
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import type { Projection } from '../contract.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { applyStorePatch, type StoreChange, type StoreRoot } from './patches.ts';

export interface StoreState {
  readonly root: StoreRoot;
  /** Patches that did not apply and were passed over. */
  skipped: number;
}

export type StoreResult = z.infer<typeof storeSchema>;

const storeSchema = z.object({
  store: z.record(z.string(), z.unknown()),
  skipped_patches: z.number().optional().describe('patches that do not fit, where there are any'),
});

export const store: Projection<StoreState, StoreResult> = {
  name: 'store',
  summary: 'the shared store after the last event, or after --until',
  handles: ['run.started', 'store.changed'],
  scope: 'run',
  initial: emptyStore,
  evolve(state, event) {
    if (isWorkflowChange(event)) changeStore(state, event);
  },
  result: ({ root, skipped }) => ({
    store: Object.fromEntries(root),
    ...(skipped > 0 ? { skipped_patches: skipped } : {}),
  }),
  schema: storeSchema,
};

export function emptyStore(): StoreState {
  return { root: new Map(), skipped: 0 };
}

/** The planner's nodes have a store of their own. */
export function isWorkflowChange(event: LogEvent): event is EventOf<'store.changed'> {
  return event.type === 'store.changed' && phaseOf(event) === 'workflow';
}

/** Applies what fits, counts what does not, and tells what changed. */
export function changeStore(state: StoreState, event: EventOf<'store.changed'>): StoreChange[] {
  const changes: StoreChange[] = [];
  for (const patch of event.data.patches) {
    const change = applyStorePatch(state.root, patch);
    if (change === undefined) state.skipped += 1;
    else changes.push(change);
  }
  return changes;
}
