// The options of a replay: plain data, from which each thread makes the same projections.
import type { Projection } from '../../projections/contract.ts';
import type { CostSource } from '../../projections/pricing/call-bill.ts';
import type { SpendGroup } from '../../projections/spend/schema.ts';

export interface ProjectionOptions {
  /** Names of built-in projections, or custom projections, which this thread folds alone. */
  readonly project: readonly (string | Projection<unknown, unknown>)[];
  /** Price files; the first that knows a model wins. With `cost` alone, two of them are compared. */
  readonly pricing?: readonly string[];
  /** Prices of this date, such as `2026-11-01`, instead of the date of each call. */
  readonly asOf?: string;
  /** Prices all calls as calls of this model. */
  readonly asModel?: string;
  /** Decides about a model without a price: estimate its cost (default), leave it out, or throw `NO_PRICE`. */
  readonly unknownModel?: 'fallback' | 'null' | 'error';
  /** Whose figure counts: the bill of the provider where it reports one (`auto`), ours, or only bills. */
  readonly costSource?: CostSource;
  /** `cost`: one line for each call. */
  readonly explain?: boolean;
  /** `trace`: longer texts are cut, in characters. */
  readonly maxChars?: number;
  readonly spend?: SpendQuery;
}

/** Selects the calls that `spend` adds up, and the groups. */
export interface SpendQuery {
  /** Default: `day`. */
  readonly by?: SpendGroup;
  /** First and last day that count, such as `2026-11-01`. */
  readonly since?: string;
  readonly until?: string;
  /** The zone of the days, such as `Europe/Berlin`, or `local` for that of this machine. Default: `UTC`. */
  readonly timeZone?: string;
}

/** Options of `replayLogs`, as the options of `pflow replay`. */
export interface ReplayOptions extends ProjectionOptions {
  /** A run id or the start of one, `last` or `all`. Default: `all`. */
  readonly run?: string;
  /** Only events up to this seq. */
  readonly until?: number;
  /** Throws `LOG_PARTIAL` for events that this version does not know. */
  readonly strict?: boolean;
  /** Leaves damaged lines out and marks the result, instead of throwing `LOG_CORRUPT`. */
  readonly skipCorrupt?: boolean;
  /**
   * Reads each log by itself, as `pflow spend` does: damage and logs that cannot be read are noted, and everything else
   * is counted. For the projection `spend` alone, which counts a run once however many logs have it.
   */
  readonly eachLog?: boolean;
  /** Number of threads that fold, this one included. Default: as many as save time. */
  readonly threads?: number;
}
