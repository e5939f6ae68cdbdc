// The options of a replay: plain data, from which each thread makes the same projections.
import type { Projection } from '../../projections/contract.ts';
import type { SpendGroup } from '../../projections/spend/schema.ts';

export interface ProjectionOptions {
  /** Names of built-in projections, or projections of the caller's; the latter are folded in this thread only. */
  readonly project: readonly (string | Projection<unknown, unknown>)[];
  /** Price files, of which the first that knows a model wins; with `cost` alone, two of them are compared. */
  readonly pricing?: readonly string[];
  /** Prices of this date, such as `2026-11-01`, instead of the date of each call. */
  readonly asOf?: string;
  /** What all calls would have cost on this model. */
  readonly asModel?: string;
  /** A model without a price: estimate its cost (default), leave it out, or throw `NO_PRICE`. */
  readonly unknownModel?: 'fallback' | 'null' | 'error';
  /** `cost`: one line for each call. */
  readonly explain?: boolean;
  /** `trace`: longer texts are cut, in characters. */
  readonly maxChars?: number;
  readonly spend?: SpendQuery;
}

/** Which calls `spend` adds up, and by what. */
export interface SpendQuery {
  /** Default: `day`. */
  readonly by?: SpendGroup;
  /** First and last day that count, such as `2026-11-01`. */
  readonly since?: string;
  readonly until?: string;
  /** Whose days, such as `Europe/Berlin`, or `local` for the zone of this machine. Default: `UTC`. */
  readonly timeZone?: string;
}

export interface ReplayOptions extends ProjectionOptions {
  /** A run id or the start of one, `last` or `all`. Default: `all`. */
  readonly run?: string;
  /** Only events up to this seq. */
  readonly until?: number;
  /** Throw `LOG_PARTIAL` for events that this version does not know. */
  readonly strict?: boolean;
  /** Leave damaged lines out, and mark the result, instead of throwing `LOG_CORRUPT`. */
  readonly skipCorrupt?: boolean;
  /**
   * Read each log by itself, as `pflow spend` does: damage and logs that cannot be read are noted, and everything else is
   * counted. For the projection `spend` alone, which counts a run once however many logs have it.
   */
  readonly eachLog?: boolean;
  /** How many threads fold, this one included. Default: as many as pay. */
  readonly threads?: number;
}
