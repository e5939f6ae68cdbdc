// Rebuilds the shared store of a run from its patches: after the whole log, or after any event with `--until`. A log of
// level `metrics` has no patches, so its store is empty.
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { present } from '../../src/values/present.ts';
import type { Projection } from '../contract.ts';
import { phaseOf } from '../tally/phase-tally.ts';
import { applyStorePatch, type StoreChange, type StoreRoot } from './patches.ts';
import { storeSchema, type StoreResult } from './schema.ts';

export interface StoreState {
  readonly root: StoreRoot;
  /** Patches that could not be applied. */
  skipped: number;
}

/** The projection `store`: the shared store after the last event. Needs a log of level trace. */
export const store: Projection<StoreState, StoreResult> = {
  name: 'store',
  summary: 'the shared store after the last event, or after --until',
  handles: ['run.started', 'store.changed'],
  scope: 'run',
  initial: emptyStore,
  evolve(state, event) {
    if (isWorkflowChange(event)) changeStore(state, event);
  },
  result: ({ root, skipped }) =>
    present({
      store: Object.fromEntries(root),
      skipped_patches: skipped > 0 ? skipped : undefined,
    }),
  schema: storeSchema,
};

export function emptyStore(): StoreState {
  return { root: new Map(), skipped: 0 };
}

/** Planner nodes use a separate store. */
function isWorkflowChange(event: LogEvent): event is EventOf<'store.changed'> {
  return event.type === 'store.changed' && phaseOf(event) === 'workflow';
}

/** Applies the patches of the event, counts those that fail, and returns what changed. */
export function changeStore(state: StoreState, event: EventOf<'store.changed'>): StoreChange[] {
  const changes: StoreChange[] = [];
  for (const patch of event.data.patches) {
    const change = applyStorePatch(state.root, patch);
    if (change === undefined) state.skipped += 1;
    else changes.push(change);
  }
  return changes;
}
