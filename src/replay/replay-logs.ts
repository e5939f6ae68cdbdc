// Replays logs for programs, as `pflow replay` and `pflow spend` do on the command line.
import { present } from '../values/present.ts';
import type { Projection } from '../../projections/contract.ts';
import { foldEachLog } from './fold-each-log.ts';
import { foldProjections } from './fold-projections.ts';
import type { LogMarks, LogNote } from './log-notes.ts';
import { priceWarnings } from './price-warnings.ts';
import type { ReplayOptions } from './replay-options.ts';
import { startReplay } from './threads.ts';

/** Results of projections over logs, and what they lack. */
export interface ReplayedLogs {
  /** By the name of the projection: what `pflow replay --project NAME` prints for it. */
  readonly results: Readonly<Record<string, unknown>>;
  /** Damage, torn tails, copies of runs and the like: plain texts. */
  readonly notes: readonly LogNote[];
  /** Calls without a known price: one plain text for each model and reason. */
  readonly warnings: readonly string[];
  /** What the results lack; absent if they have all of the logs. */
  readonly marks?: LogMarks;
}

/**
 * Folds the logs at `paths` into `projections`: with several threads where they save time, and with the same numbers
 * for any number of threads. `paths` are files, folders with everything below them that ends in `.ndjson` or
 * `.ndjson.gz`, or `-` for stdin. `projections` are names, or projections of the caller's. Prices are those built in,
 * and before them those of `pricing` files.
 *
 * Throws `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `LOG_EMPTY` and `LOG_FORMAT_NEWER`; `LOG_CORRUPT` unless damage may be
 * skipped; `USAGE`, `PROJECTION_UNKNOWN`, `RUN_UNKNOWN` and `PRICES_INVALID` for options that do not fit.
 */
export async function replayLogs(
  paths: string | readonly string[],
  projections: ReplayOptions['project'],
  options: Omit<ReplayOptions, 'project'> = {},
): Promise<ReplayedLogs> {
  const replay: ReplayOptions = { ...options, project: projections };
  const started = startReplay(typeof paths === 'string' ? [paths] : paths, replay);
  const fold = options.eachLog === true ? foldEachLog : foldProjections;
  const { results, gaps, notes, marks } = await fold(started, replay);
  const named = projections.map((one, index) => [nameOf(one), results[index]] as const);
  return { results: Object.fromEntries(named), notes, warnings: priceWarnings(gaps), ...present({ marks }) };
}

function nameOf(projection: string | Projection<unknown, unknown>): string {
  return typeof projection === 'string' ? projection : projection.name;
}
