// Lists the runs in many logs, one row each. Damage in one log hides nothing of the others.
import type { Projection } from '../../projections/contract.ts';
import { startFold } from '../../projections/fold.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { createRuns } from '../../projections/runs/projection.ts';
import type { RunRow } from '../../projections/runs/schema.ts';
import type { LogEvent } from '../events/event.ts';
import { readLog } from '../log/read/read-log.ts';
import type { ReadOptions } from '../log/read/read-options.ts';
import { present } from '../values/present.ts';
import { findCopies } from './find-copies.ts';
import type { FoundLog, FoundLogs } from './find-logs.ts';
import { refuseForeignFiles } from './fold-each-log.ts';
import { readOptionsFor, withTypes } from './fold-logs.ts';
import type { KeptFold } from './kept-folds.ts';
import type { KeptRuns } from './kept-runs.ts';
import { isWriterAlive } from './live-writer.ts';
import {
  joinNotes,
  NO_NOTES,
  notesOfEach,
  notesOfUnread,
  summariseNotes,
  type EndsOfRuns,
  type LogNote,
  type LogNotes,
} from './log-notes.ts';

/** A run, and the log that has it. */
export type ListedRun = RunRow & { readonly file: string };

export interface ListedRuns {
  /** The latest first. */
  readonly runs: readonly ListedRun[];
  readonly notes: readonly LogNote[];
}

/** Gets the events of logs that are read for the list. */
export interface LogReader {
  readonly projections: readonly Projection<unknown, unknown>[];
  /** Types beside those of the projections. Their events have all words. */
  readonly handles: readonly LogEvent['type'][];
  readonly inside?: ReadOptions['inside'];
  add(event: LogEvent): void;
  /** Called when all events of the log were added. It is not called after an error. */
  end?(): void;
}

/**
 * Lists each run once, however many logs have it. `kept`: rows of earlier lists; their logs are not read, and rows of
 * new logs are added. `readerOf`: is called for each log that is read, before that; what it returns gets the events.
 */
export async function listRuns(
  { logs, unread, notes: texts }: Omit<FoundLogs, 'files'>,
  pricing: Pricing,
  kept?: KeptRuns,
  readerOf?: (log: FoundLog) => LogReader | undefined,
): Promise<ListedRuns> {
  const rows: ListedRun[] = [];
  const notes: LogNotes[] = [{ ...NO_NOTES, unread, texts }];
  const ends: EndsOfRuns[] = [];
  for (const log of logs) {
    const { path } = log;
    const known = kept?.get(log);
    if (known !== undefined) {
      for (const run of known.fold) rows.push({ ...run, file: path });
      ends.push({ path, ended: known.runs, open: [] });
      continue;
    }
    const read = await listLog(path, pricing, readerOf?.(log));
    for (const run of read.runs) rows.push({ ...run, file: path });
    notes.push(read.notes);
    ends.push(...read.notes.runs);
    const fold = foldOf(read);
    if (fold !== undefined) kept?.add(log, fold);
  }
  kept?.save(logs);
  // In the order of the logs: the first log with a run has the original.
  const joined = { ...joinNotes(notes), runs: ends };
  const named = new Set(logs.filter(({ isFound }) => !isFound).map(({ path }) => path));
  refuseForeignFiles(joined.foreign.filter(({ path }) => named.has(path)));
  const { copies, conflicts } = await findCopies(
    joined.runs.map(({ path, ended, open }) => ({ path, runs: [...ended, ...open] })),
  );
  // Runs without an end have a status of their own here.
  const runs = joined.runs.map((log) => ({ ...log, open: [] }));
  const all = { ...joined, runs, findings: [...joined.findings, ...conflicts], copies };
  return { runs: keepFirst(rows).sort(byStart), notes: summariseNotes(all) };
}

interface ReadRuns {
  readonly runs: readonly RunRow[];
  readonly notes: LogNotes;
}

/** Undefined for a log that may change, or that has notes. */
function foldOf({ runs, notes }: ReadRuns): KeptFold<readonly RunRow[]> | undefined {
  const [ends] = notes.runs;
  if (ends?.isWhole !== true || ends.open.length > 0) return undefined;
  return { runs: ends.ended, fold: runs };
}

async function listLog(path: string, pricing: Pricing, reader?: LogReader): Promise<ReadRuns> {
  const projection = createRuns({ pricing });
  const fold = startFold(projection);
  const { projections = [], handles = [], inside } = reader ?? {};
  const reading = readLog(path, {
    ...withTypes(readOptionsFor([projection, ...projections]), handles),
    ...present({ inside }),
    skipCorrupt: true,
    onEvent: (event) => {
      fold.add(event);
      reader?.add(event);
    },
  });
  const notes = await reading.then(
    (report) => {
      reader?.end?.();
      return notesOfEach(path, report);
    },
    (error: unknown) => notesOfUnread(path, error),
  );
  return { runs: fold.result().map(withLiveStatus), notes };
}

/** A log does not show whether its writer lives. */
function withLiveStatus(row: RunRow): RunRow {
  return row.status === 'incomplete' && isWriterAlive(row) ? { ...row, status: 'running' } : row;
}

/** A run that several logs have counts once: the one with an end, else the first. */
export function keepFirst(rows: readonly ListedRun[]): ListedRun[] {
  const kept = new Map<string, ListedRun>();
  for (const row of rows) {
    const known = kept.get(row.run);
    if (known === undefined || (known.ended_at === null && row.ended_at !== null)) kept.set(row.run, row);
  }
  return [...kept.values()];
}

function byStart(a: ListedRun, b: ListedRun): number {
  const [one, two] = [a.started_at ?? '', b.started_at ?? ''];
  if (one !== two) return one < two ? 1 : -1;
  return a.run < b.run ? 1 : -1;
}
