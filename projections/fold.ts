// Runs projections over events, in bulk or live. Bulk: one private plain state, frozen at the end. Live: every state is
// an immutable value that shares structure with its predecessor, for displays and limits. The cost of a live step grows
// with the size of the state, so whole logs are folded in bulk.
import { enableMapSet, freeze, produce } from 'immer';
import type { LogEvent } from '../src/events/event.ts';
import type { Projection } from './contract.ts';

enableMapSet();

/** A fold in progress. */
export interface Fold<State, Result> {
  add(event: LogEvent): void;
  state(): State;
  result(): Result;
}

/** Bulk: a fold over one private, mutable state. Do not keep what `state()` returns across an `add`. */
export function startFold<State, Result>(projection: Projection<State, Result>): Fold<State, Result> {
  const state = projection.initial();
  const handled: ReadonlySet<string> = new Set(projection.handles);
  return {
    add(event) {
      if (handled.has(event.type)) projection.evolve(state, event);
    },
    state: () => state,
    result: () => projection.result(state),
  };
}

/** Live: a fold whose states are immutable values. A state that is kept does not change. */
export function startLive<State, Result>(projection: Projection<State, Result>): Fold<State, Result> {
  const handled: ReadonlySet<string> = new Set(projection.handles);
  let state = freeze(projection.initial(), true);
  return {
    add(event) {
      if (handled.has(event.type)) state = next(projection, state, event);
    },
    state: () => state,
    result: () => projection.result(state),
  };
}

/** Bulk: the state after all `events`, frozen. */
export function fold<State, Result>(
  projection: Projection<State, Result>,
  events: Iterable<LogEvent>,
): State {
  const running = startFold(projection);
  for (const event of events) running.add(event);
  return freeze(running.state(), true);
}

/** Bulk: the result after all `events`. A projection of scope `run` requires the events of one run. */
export function project<State, Result>(
  projection: Projection<State, Result>,
  events: Iterable<LogEvent>,
): Result {
  return projection.result(fold(projection, events));
}

/** Bulk: one result for each run, in the order in which the runs appear in the log. */
export function projectRuns<State, Result>(
  projection: Projection<State, Result>,
  events: Iterable<LogEvent>,
): Map<string, Result> {
  const handled: ReadonlySet<string> = new Set(projection.handles);
  const states = new Map<string, State>();
  for (const event of events) {
    // A run counts from its first handled event: a reader that skips lines returns no other.
    if (!handled.has(event.type)) continue;
    let state = states.get(event.run);
    if (state === undefined) {
      state = projection.initial();
      states.set(event.run, state);
    }
    projection.evolve(state, event);
  }
  const results = new Map<string, Result>();
  for (const [run, state] of states) results.set(run, projection.result(freeze(state, true)));
  return results;
}

/** Live: the next immutable state after one event. */
export function step<State, Result>(
  projection: Projection<State, Result>,
  state: State,
  event: LogEvent,
): State {
  return (projection.handles as readonly string[]).includes(event.type)
    ? next(projection, state, event)
    : state;
}

function next<State, Result>(projection: Projection<State, Result>, state: State, event: LogEvent): State {
  return produce(state, (draft) => {
    projection.evolve(draft as State, event);
  });
}
