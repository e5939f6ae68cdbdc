// Folds logs that are read as one into the requested projections. Several threads fold them if they were started and
// every line is valid; otherwise one reader does, which alone names damage.
import type { CostGaps } from '../../projections/cost/cost-gaps.ts';
import type { Projection } from '../../projections/contract.ts';
import { PflowError } from '../errors.ts';
import type { LogEvent } from '../events/event.ts';
import { isPlainLog } from '../log/read/log-bytes.ts';
import { joinParts } from '../log/read/log-part.ts';
import { readLate, readLog } from '../log/read/read-log.ts';
import { withoutLate, type ReadOptions } from '../log/read/read-options.ts';
import { readPipedLog } from '../log/read/read-piped-log.ts';
import type { OpenPlace, ReadReport, RunReading } from '../log/read/reading-report.ts';
import { findCopiesIn, withOtherLogs, type RepeatedRun } from './find-copies.ts';
import type { FoundLogs } from './find-logs.ts';
import { assertReadable, readOptionsFor, type FoldedLogs } from './fold-logs.ts';
import { foldAllParts, mergeParts, type Threads } from './fold-parts.ts';
import {
  listNotes,
  logMarks,
  notesAboutRuns,
  notesOf,
  toForeignFile,
  type ForeignFile,
} from './log-notes.ts';
import { assertPriced } from './price-warnings.ts';
import type { ReplayOptions } from './replay-options.ts';
import { requestedProjections, type RequestedProjections } from './requested-projections.ts';
import { selectRuns, startSelection, type RunSelection } from './run-selection.ts';
import type { StartedReplay } from './threads.ts';

/**
 * Folds the logs of a started replay. Throws `USAGE` and `PROJECTION_UNKNOWN` for options that do not fit, what reading
 * logs and price files throws, `LOG_CORRUPT`, `LOG_PARTIAL`, `RUN_UNKNOWN`, and `NO_PRICE` if unknown models are
 * refused.
 */
export async function foldProjections(started: StartedReplay, options: ReplayOptions): Promise<FoldedLogs> {
  const requested = await requestedProjections(options);
  const { found, threads } = started;
  if (found !== 'stdin') assertFoldersRead(found);
  const {
    report,
    results,
    gaps,
    copies,
    foreign = [],
    selected,
  } = (threads === undefined ? undefined : await foldInThreads(requested, threads)) ??
  (await foldWithOneReader(found, options, requested));
  if (options.unknownModel === 'error') assertPriced(gaps);
  const texts = found === 'stdin' ? [] : found.notes;
  const notes = { ...notesOf('', report), copies, texts, foreign };
  const about = selected === undefined ? notes : notesAboutRuns(selected, notes);
  return { results, gaps, notes: listNotes(about), marks: logMarks(notes, report.partial?.writtenBy) };
}

interface OneLog {
  readonly report: ReadReport;
  readonly results: readonly unknown[];
  readonly gaps: readonly CostGaps[];
  readonly copies: readonly RepeatedRun[];
  readonly foreign?: readonly ForeignFile[];
  /** The runs that were requested, if not all were. */
  readonly selected?: readonly string[];
}

/** Adds what the parts of the log have passed over: whether a run has an end is known only now. */
async function foldLate(
  projections: readonly Projection<unknown, unknown>[],
  states: readonly unknown[],
  { places, report }: { readonly places: readonly OpenPlace[]; readonly report: ReadReport },
): Promise<void> {
  await readLate(places, report, {
    ...readOptionsFor(projections),
    onEvent: (event) => {
      for (const [index, projection] of projections.entries()) {
        if (projection.handles.some((type) => type === event.type)) projection.evolve(states[index], event);
      }
    },
  });
}

function assertFoldersRead({ unread: [first] }: FoundLogs): void {
  if (first === undefined) return;
  throw new PflowError('FILE_UNREADABLE', first.why, { hint: 'Check its permissions.', path: first.path });
}

/** Returns undefined if anything about the logs is unusual: one reader has to look at them. */
async function foldInThreads(requested: RequestedProjections, threads: Threads): Promise<OneLog | undefined> {
  const { folded, requestedCount, gapSources } = requested;
  const parts = await foldAllParts(folded, threads);
  const ranges = parts?.flatMap(({ range }) => range ?? []) ?? [];
  const report = joinParts(ranges);
  if (parts === undefined || report === undefined) return undefined;
  const states = mergeParts(folded, parts);
  await foldLate(folded, states, { places: ranges.flatMap(({ open }) => open), report });
  return {
    report,
    results: folded.slice(0, requestedCount).map((projection, index) => projection.result(states[index])),
    gaps: gapSources.flatMap((index) => folded[index]?.gaps?.(states[index]) ?? []),
    copies: [],
  };
}

/** Reads again without the copies of runs, if the first time meets any. */
async function foldWithOneReader(
  found: FoundLogs | 'stdin',
  options: ReplayOptions,
  requested: RequestedProjections,
): Promise<OneLog> {
  const paths = found === 'stdin' ? undefined : found.logs.map(({ path }) => path);
  const foreign: ForeignFile[] = [];
  const skipForeign = (error: PflowError, path: string): boolean => {
    if (!foreign.some((file) => file.path === path)) foreign.push(toForeignFile(error, path));
    return isFoundInFolder(found, path);
  };
  const run = await findRun(paths, options.run ?? 'all', skipForeign);
  const read = { paths, run, options, projections: requested.folded, onForeign: skipForeign };
  const first = await readSelections(read, []).catch((error: unknown) => {
    const isEmpty = error instanceof PflowError && error.code === 'LOG_EMPTY';
    throw isEmpty && foreign.length > 0 ? noLogError(foreign) : error;
  });
  const { copies, conflicts } = await findCopiesIn(paths ?? [], first.report);
  const { report: asRead, selections } = copies.length === 0 ? first : await readSelections(read, copies);
  const report = withOtherLogs(asRead, conflicts);
  assertReadable(report, options);
  const ordered = options.run === 'last' ? byStart(report.runs) : report.runs;
  const runs = ordered.map((reading) => reading.run);
  return {
    report,
    results: selections.slice(0, requested.requestedCount).map((selection) => selection.result(runs)),
    gaps: requested.gapSources.flatMap((index) => selections[index]?.gaps(runs) ?? []),
    copies,
    foreign,
    ...(run === 'all' ? {} : { selected: selectRuns(run, runs) }),
  };
}

function isFoundInFolder(found: FoundLogs | 'stdin', path: string): boolean {
  return found !== 'stdin' && found.logs.some((log) => log.isFound && log.path === path);
}

/** The error for folders without a log, whose files have names of logs. */
function noLogError(foreign: readonly ForeignFile[]): PflowError {
  return new PflowError('LOG_EMPTY', 'there is no log among the files of the folder', {
    details: foreign.map(({ why }) => why),
  });
}

/** Finds the last run of plain logs first: all others can then be skipped. */
async function findRun(
  paths: readonly string[] | undefined,
  run: string,
  onForeign: NonNullable<ReadOptions['onForeign']>,
): Promise<string> {
  if (run !== 'last' || paths?.every(isPlainLog) !== true) return run;
  const { runs } = await readLog(paths, {
    handles: new Set(),
    skipCorrupt: true,
    onForeign,
    onEvent: () => undefined,
  });
  return byStart(runs).at(-1)?.run ?? run;
}

/** Logs are read by path; the last run is the one that began last. */
function byStart(runs: readonly RunReading[]): readonly RunReading[] {
  const keyOf = ({ startedAt = '', run }: RunReading): string => `${startedAt} ${run}`;
  return runs.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

interface SelectiveRead {
  /** Undefined: stdin. */
  readonly paths: readonly string[] | undefined;
  readonly run: string;
  readonly options: ReplayOptions;
  readonly projections: readonly Projection<unknown, unknown>[];
  readonly onForeign: NonNullable<ReadOptions['onForeign']>;
}

/** Reads all logs but the `copies` of runs in them. */
async function readSelections(
  { paths, run, options, projections, onForeign }: SelectiveRead,
  copies: readonly RepeatedRun[],
): Promise<{ readonly report: ReadReport; readonly selections: readonly RunSelection[] }> {
  const selections = projections.map((projection) => startSelection(projection, run));
  const { until, skipCorrupt = false } = options;
  const reading = {
    ...readOptionsFor(projections),
    ...(run === 'all' || run === 'last' ? {} : { runs: (id: string) => id.startsWith(run) }),
    ...(copies.length === 0 ? {} : { isCopy: lookupOf(copies) }),
    skipCorrupt,
    onForeign,
    onEvent: (event: LogEvent) => {
      if (until !== undefined && event.seq > until) return;
      for (const selection of selections) selection.add(event);
    },
  };
  // The end of a run may come after `until`.
  const all = until === undefined ? reading : withoutLate(reading);
  const report = await (paths === undefined ? readPipedLog(process.stdin, reading) : readLog(paths, all));
  return { report, selections };
}

function lookupOf(copies: readonly RepeatedRun[]): (run: string, source: string) => boolean {
  const runsByPath = new Map<string, Set<string>>();
  for (const { path, run } of copies) {
    const runs = runsByPath.get(path) ?? new Set();
    runsByPath.set(path, runs.add(run));
  }
  return (run, source) => runsByPath.get(source)?.has(run) === true;
}
