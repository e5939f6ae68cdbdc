// Folds logs that are read one by one, in this thread and in others. Damage in one log hides nothing of the rest.
import type { Projection } from '../../projections/contract.ts';
import type { Spend } from '../../projections/spend/schema.ts';
import type { SpendState } from '../../projections/spend/state.ts';
import { PflowError } from '../errors.ts';
import { PIPED_SOURCE, readPipedLog } from '../log/read/read-piped-log.ts';
import { present } from '../values/present.ts';
import { findCopies } from './find-copies.ts';
import type { FoundLogs } from './find-logs.ts';
import { readOptionsFor, startFolding, type FoldedLogs } from './fold-logs.ts';
import { foldAllParts, mergeParts, type Threads } from './fold-parts.ts';
import {
  joinNotes,
  logMarks,
  NO_NOTES,
  notesOfEach,
  notesOfUnread,
  summariseNotes,
  type LogNotes,
} from './log-notes.ts';
import { PartQueue } from './part-queue.ts';
import { assertPriced } from './price-warnings.ts';
import type { ReplayOptions } from './replay-options.ts';
import { joinKeptSpend } from './kept-spend.ts';
import { requestedSpend, type SpendProjection } from './requested-spend.ts';
import type { StartedReplay } from './threads.ts';

type Projections = readonly Projection<unknown, unknown>[];

interface FoldedStates {
  readonly states: readonly unknown[];
  readonly notes: LogNotes;
}

/**
 * Folds the logs of a started replay into `spend`. A run that is in several logs counts once. Throws `USAGE` for
 * options that do not fit, and `NO_PRICE` if unknown models are refused.
 */
export async function foldEachLog(
  started: StartedReplay,
  options: ReplayOptions,
): Promise<FoldedLogs<readonly [Spend]>> {
  const projection = requestedSpend(options);
  const { state, notes } = await foldStarted(started, projection, options);
  const spend = projection.result(state);
  if (options.unknownModel === 'error') assertPriced([spend]);
  return { results: [spend], gaps: [spend], notes: summariseNotes(notes), marks: logMarks(notes) };
}

interface FoldedSpend {
  readonly state: SpendState;
  readonly notes: LogNotes;
}

async function foldStarted(
  { found, threads, kept }: StartedReplay,
  projection: SpendProjection,
  options: ReplayOptions,
): Promise<FoldedSpend> {
  if (found === 'stdin') return spendOf(await foldStdin([projection]));
  const read = spendOf(await foldFiles(found, [projection], threads ?? oneThread(found, options)));
  if (kept === undefined) return read;
  const state = joinKeptSpend(kept, read.state, read.notes);
  if (state !== undefined) return { state, notes: read.notes };
  return spendOf(await foldFiles(kept.all, [projection], oneThread(kept.all, options)));
}

function spendOf({ states, notes }: FoldedStates): FoldedSpend {
  return { state: states[0] as SpendState, notes };
}

async function foldFiles(
  { logs, unread, notes: texts }: FoundLogs,
  projections: Projections,
  threads: Threads,
): Promise<FoldedStates> {
  const parts = (await foldAllParts(projections, threads)) ?? [];
  const read = joinNotes([{ ...NO_NOTES, unread, texts }, ...parts.flatMap(({ notes }) => notes ?? [])]);
  const foundInFolders = new Set(logs.filter(({ isFound }) => isFound).map(({ path }) => path));
  refuseForeignFiles(read.foreign.filter(({ path }) => !foundInFolders.has(path)));
  const { copies, conflicts } = await findCopies(
    read.runs.map(({ path, ended, open }) => ({ path, runs: [...ended, ...open] })),
  );
  const notes = { ...read, findings: [...read.findings, ...conflicts], copies };
  return { states: mergeParts(projections, parts), notes };
}

/** All logs are one part, for this thread alone. */
function oneThread({ logs }: FoundLogs, options: ReplayOptions): Threads {
  const parts = { kind: 'logs', list: [logs.map(({ path }) => path)] } as const;
  const { stretches } = PartQueue.share(1, 1);
  return { here: { options, parts, stretches, thread: 0 }, elsewhere: () => Promise.resolve([]) };
}

async function foldStdin(projections: Projections): Promise<FoldedStates> {
  const folding = startFolding(projections);
  const report = readPipedLog(process.stdin, {
    ...readOptionsFor(projections),
    skipCorrupt: true,
    onEvent: (event) => {
      folding.add(event);
    },
  });
  const notes = await report.then(
    (read) => notesOfEach(PIPED_SOURCE, read),
    (error: unknown) => notesOfUnread(PIPED_SOURCE, error),
  );
  refuseForeignFiles(notes.foreign);
  return { states: folding.states(), notes };
}

/** Throws NOT_A_LOG for the first of the files. */
export function refuseForeignFiles([first]: LogNotes['foreign']): void {
  if (first === undefined) return;
  throw new PflowError('NOT_A_LOG', first.why, { path: first.path, ...present({ hint: first.hint }) });
}
