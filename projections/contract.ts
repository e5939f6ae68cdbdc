// What a projection is. It knows events and nothing else: no clock, no randomness, no files, no network.
import type * as z from 'zod';
import type { LogEvent } from '../src/events/event.ts';
import type { SkippablePart } from '../src/events/skippable.ts';
import type { EventType } from '../src/events/vocabulary.ts';
import type { CostGaps } from './cost/cost-gaps.ts';

export interface Projection<State, Result> {
  readonly name: string;
  /** One line for `pflow projections`. */
  readonly summary: string;
  /** A reader passes over every other line, and so do the runners: `evolve` never sees another type. */
  readonly handles: readonly EventType[];
  /** What `evolve` never looks at: a reader may hand events on without it. */
  readonly skips?: readonly SkippablePart[];
  /** `log`: one result over all runs of a log. `run`: one result for each run. */
  readonly scope: 'log' | 'run';
  initial(): State;
  /**
   * A recipe: may change its state and nothing else; never throws on a permitted log. The state may be an
   * Immer draft, so a value that was read from it is copied (`original`) before it is kept somewhere else.
   */
  evolve(state: State, event: LogEvent): void;
  /** Folds of two parts of a log combine: `fold(a ++ b) = merge(fold(a), fold(b))`. Neither is changed. */
  merge?(a: State, b: State): State;
  /**
   * The run is over: its end was seen and no event of it will follow. A state may forget what only more events would
   * need; its result stays the same.
   */
  settle?(state: State, run: string): void;
  result(state: State): Result;
  /** What keeps the cost of a state from being exact, where it holds money. */
  gaps?(state: State): CostGaps;
  /** What `--project` prints is a contract. */
  readonly schema: z.ZodType<Result>;
}
