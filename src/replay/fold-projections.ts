// Folds the logs that were named into the results that were asked for, on several cores where that is possible and pays.
import { readLog } from '../log/read/read-log.ts';
import { isPlainLog } from '../log/read/log-bytes.ts';
import type { ReadReport } from '../log/read/read-report.ts';
import type { CostGaps } from '../../projections/cost/cost-gaps.ts';
import type { ReplayOptions } from '../cli/replay/command.ts';
import { foldInThreads, type FoldedInThreads } from './fold-in-threads.ts';
import { foldLogs } from './fold-logs.ts';
import { readOptionsFor } from './log-folding.ts';
import { logSources, type LogSources } from './log-sources.ts';
import { startSelection } from './run-selection.ts';
import type { Threads } from './threads.ts';
import type { RequestedProjections } from './requested-projections.ts';

export interface FoldedLogs {
  readonly report: ReadReport;
  /** Of the projections that were asked for. */
  readonly results: readonly unknown[];
  /** What the prices leave open, by price list. */
  readonly gaps: readonly CostGaps[];
}

export async function foldProjections(
  named: readonly string[],
  flags: ReplayOptions,
  requested: RequestedProjections,
  threads: Threads | undefined,
): Promise<FoldedLogs> {
  const together = threads === undefined ? undefined : await foldInThreads(requested.folded, threads);
  return together === undefined
    ? foldInTurn(logSources(named), flags, requested)
    : resultsOf(requested, together);
}

function resultsOf(
  { folded: watched, requestedCount: asked, gapSources: billing }: RequestedProjections,
  { report, states }: FoldedInThreads,
): FoldedLogs {
  return {
    report,
    results: watched.slice(0, asked).map((projection, index) => projection.result(states[index])),
    gaps: billing.flatMap((index) => watched[index]?.gaps?.(states[index]) ?? []),
  };
}

async function foldInTurn(
  sources: LogSources,
  flags: ReplayOptions,
  { folded: watched, requestedCount: asked, gapSources: billing }: RequestedProjections,
): Promise<FoldedLogs> {
  const run = await soughtRun(sources, flags.run);
  const selections = watched.map((projection) => startSelection(projection, run));
  const report = await foldLogs(sources, {
    ...readOptionsFor(watched),
    ...(run === 'all' || run === 'last' ? {} : { runs: (id: string) => id.startsWith(run) }),
    skipCorrupt: flags.skipCorrupt === true,
    strict: flags.strict === true,
    onEvent: (event) => {
      if (flags.until !== undefined && event.seq > flags.until) return;
      for (const selection of selections) selection.add(event);
    },
  });
  const runs = report.runs.map((reading) => reading.run);
  return {
    report,
    results: selections.slice(0, asked).map((selection) => selection.result(runs)),
    gaps: billing.flatMap((index) => selections[index]?.gaps(runs) ?? []),
  };
}

/** Files are looked through for the last run first: all others can then be passed over. */
async function soughtRun(sources: LogSources, run: string): Promise<string> {
  if (run !== 'last' || sources.piped || !sources.paths.every(isPlainLog)) return run;
  const { runs } = await readLog(sources.paths, {
    handles: new Set(),
    skipCorrupt: true,
    onEvent: () => undefined,
  });
  return runs.at(-1)?.run ?? run;
}
