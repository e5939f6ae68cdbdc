// Defines the contract of a projection. It depends on events alone: no clock, no randomness, no files, no network.
import type * as z from 'zod';
import type { LogEvent } from '../src/events/event.ts';
import type { SkippablePart } from '../src/events/skippable.ts';
import type { EventType } from '../src/events/vocabulary.ts';
import type { CostGaps } from './cost/cost-gaps.ts';

/**
 * A pure function over a log, in parts: a state, its change by each event, and the result. It depends on events
 * alone: no clock, no randomness, no files.
 */
export interface Projection<State, Result> {
  readonly name: string;
  /** One line for `pflow projections`. */
  readonly summary: string;
  /** Readers and runners skip all other types: `evolve` never receives them. */
  readonly handles: readonly EventType[];
  /**
   * Handled types that matter only in a run without an end, whenever they come: a reader may pass over them, and read
   * them last, of such runs alone.
   */
  readonly late?: readonly EventType[];
  /** Parts of payloads that `evolve` never reads: a reader may leave them out. */
  readonly skips?: readonly SkippablePart[];
  /** `log`: one result over all runs of a log. `run`: one result for each run. */
  readonly scope: 'log' | 'run';
  initial(): State;
  /**
   * Changes the state and nothing else. Never throws on a permitted log. The state may be an Immer draft, so copy
   * (`original`) a value that was read from it before keeping it elsewhere.
   */
  evolve(state: State, event: LogEvent): void;
  /** Combines the folds of two parts of a log: `fold(a ++ b) = merge(fold(a), fold(b))`. Changes neither. */
  merge?(a: State, b: State): State;
  /**
   * Called when a run is over: its end was seen, and no event of it will follow. The state may drop what only further
   * events would need; its result stays the same.
   */
  settle?(state: State, run: string): void;
  result(state: State): Result;
  /** Reports what keeps the cost from being exact, if the state has a cost. */
  gaps?(state: State): CostGaps;
  /** The output of `--project` is a contract. */
  readonly schema: z.ZodType<Result>;
}
