// Folds parts of logs, each thread those that it takes from a queue. A thread folds its own stretch of neighbouring
// parts into one state, and each part of another stretch into a separate state. A part is a range of a log, or a group
// of logs.
import type { Projection } from '../../projections/contract.ts';
import { PartReader } from '../log/read/log-part.ts';
import type { ReadOptions } from '../log/read/read-options.ts';
import type { LogPart } from '../log/read/reading-report.ts';
import { readLog } from '../log/read/read-log.ts';
import type { PartRange } from '../log/read/split-log.ts';
import { readOptionsFor, startFolding, startFoldingOne } from './fold-logs.ts';
import { joinNotes, notesOfEach, notesOfUnread, type LogNotes } from './log-notes.ts';
import { PartQueue } from './part-queue.ts';
import type { ReplayOptions } from './replay-options.ts';

/** `ranges`: parts of logs that are read as one. `logs`: groups of paths of logs that are read one by one. */
export type Parts =
  | { readonly kind: 'ranges'; readonly list: readonly PartRange[] }
  | { readonly kind: 'logs'; readonly list: readonly (readonly string[])[] };

/** What a thread begins with: plain data. */
export interface PartsSetup {
  readonly options: ReplayOptions;
  readonly parts: Parts;
  /** Shared: see `PartQueue`. */
  readonly stretches: Int32Array;
  readonly thread: number;
}

/** Neighbouring parts that were folded into one state. */
export interface FoldedPart {
  /** Of the first part. */
  readonly index: number;
  /** One for each projection. */
  readonly states: readonly unknown[];
  /** The result of reading ranges, or of reading logs. */
  readonly range?: LogPart;
  readonly notes?: LogNotes;
}

/** The threads that fold one list of parts. */
export interface Threads {
  /** What this thread has to fold. */
  readonly here: PartsSetup;
  /** What the other threads have folded. Rejects with the failure of a thread. */
  elsewhere(): Promise<readonly (readonly FoldedPart[] | undefined)[]>;
}

type FoldedStretch = Omit<FoldedPart, 'index'>;
type NextPart = () => number | undefined;

/** Folds all parts, here and in the other threads. Returns undefined if a range is not valid in every respect. */
export async function foldAllParts(
  projections: readonly Projection<unknown, unknown>[],
  threads: Threads,
): Promise<readonly FoldedPart[] | undefined> {
  const here = await foldParts(projections, threads.here);
  const all = [here, ...(await threads.elsewhere())];
  if (all.includes(undefined)) return undefined;
  return all.flatMap((parts) => parts ?? []).sort((a, b) => a.index - b.index);
}

/** Folds parts until the queue is empty. Closes the queue and returns undefined if a range is not valid. */
export async function foldParts(
  projections: readonly Projection<unknown, unknown>[],
  { parts, stretches, thread }: Omit<PartsSetup, 'options'>,
): Promise<readonly FoldedPart[] | undefined> {
  const queue = new PartQueue(stretches);
  const folded: FoldedPart[] = [];
  let next: NextPart = () => queue.next(thread);
  for (let index = next(); index !== undefined; index = queue.steal()) {
    const stretch = await foldStretch(projections, parts, indexesFrom(index, next));
    if (stretch === undefined) {
      queue.close();
      return undefined;
    }
    folded.push({ index, ...stretch });
    next = () => undefined;
  }
  return folded;
}

function* indexesFrom(first: number, next: NextPart): Generator<number, void, undefined> {
  for (let index: number | undefined = first; index !== undefined; index = next()) yield index;
}

async function foldStretch(
  projections: readonly Projection<unknown, unknown>[],
  parts: Parts,
  indexes: Iterable<number>,
): Promise<FoldedStretch | undefined> {
  const [first, ...others] = projections;
  const isAlone = first !== undefined && others.length === 0;
  const folding = isAlone ? startFoldingOne(first) : startFolding(projections);
  const options: ReadOptions = {
    ...readOptionsFor(projections),
    onEvent: (event) => {
      folding.add(event);
    },
  };
  if (parts.kind === 'logs') {
    const notes = await readEachLog(parts.list, indexes, options);
    return { states: folding.states(), notes };
  }
  const range = readRanges(parts.list, indexes, options);
  return range === undefined ? undefined : { states: folding.states(), range };
}

function readRanges(
  ranges: readonly PartRange[],
  indexes: Iterable<number>,
  options: ReadOptions,
): LogPart | undefined {
  try {
    const reader = new PartReader(options);
    for (const index of indexes) {
      const range = ranges[index];
      if (range === undefined || !reader.read(range)) return undefined;
    }
    return reader.part();
  } catch {
    // The reader of the whole log meets the same failure, and reports it.
    return undefined;
  }
}

/** Notes and skips damage: one bad log must not hide what all the others hold. */
async function readEachLog(
  groups: readonly (readonly string[])[],
  indexes: Iterable<number>,
  options: ReadOptions,
): Promise<LogNotes> {
  const notes: LogNotes[] = [];
  for (const index of indexes) {
    for (const path of groups[index] ?? []) {
      const report = readLog(path, { ...options, skipCorrupt: true });
      notes.push(
        await report.then(
          (read) => notesOfEach(path, read),
          (error: unknown) => notesOfUnread(path, error),
        ),
      );
    }
  }
  return joinNotes(notes);
}

/** Merges the states of all `parts`, which are in their order: one state for each projection. */
export function mergeParts(
  projections: readonly Projection<unknown, unknown>[],
  parts: readonly FoldedPart[],
): readonly unknown[] {
  return projections.map((projection, index) =>
    mergeStates(
      projection,
      parts.map(({ states }) => states[index]),
    ),
  );
}

/** Merges by halves, so that each state is copied only a few times. */
function mergeStates(projection: Projection<unknown, unknown>, states: readonly unknown[]): unknown {
  const [first = projection.initial()] = states;
  if (states.length < 2) return first;
  const middle = Math.ceil(states.length / 2);
  const before = mergeStates(projection, states.slice(0, middle));
  const after = mergeStates(projection, states.slice(middle));
  return projection.merge?.(before, after) ?? before;
}
