// Folds log files one after another in this thread. Damage is noted and passed over: one bad log must not hide
// what all the others cost.
import { startFold } from '../../../projections/fold.ts';
import { PflowError } from '../../errors.ts';
import { readOptionsFor } from '../../replay/log-folding.ts';
import type { ReadOptions } from '../../log/read/log-checks.ts';
import { readLog } from '../../log/read/read-log.ts';
import { readPipedLog } from '../../log/read/read-piped-log.ts';
import type { ReadReport } from '../../log/read/read-report.ts';
import { joinNotes, NO_NOTES, notesOf, type FoldedLogs, type LogNotes } from './folded-logs.ts';
import type { SpendProjection } from './spend-setup.ts';

export async function foldFiles(paths: readonly string[], projection: SpendProjection): Promise<FoldedLogs> {
  // Each log is read by itself: a run that is found again in the next one is no damage of that one.
  return foldEach(
    paths.map((path) => ({ path, read: (options) => readLog(path, options) })),
    projection,
  );
}

export async function foldPiped(
  input: AsyncIterable<Uint8Array>,
  projection: SpendProjection,
): Promise<FoldedLogs> {
  return foldEach([{ path: 'stdin', read: (options) => readPipedLog(input, options) }], projection);
}

interface Source {
  readonly path: string;
  readonly read: (options: ReadOptions) => Promise<ReadReport>;
}

async function foldEach(sources: readonly Source[], projection: SpendProjection): Promise<FoldedLogs> {
  const fold = startFold(projection);
  const options: ReadOptions = {
    ...readOptionsFor([projection]),
    skipCorrupt: true,
    onEvent: (event) => {
      fold.add(event);
    },
  };
  const notes: LogNotes[] = [];
  for (const { path, read } of sources) {
    notes.push(await read(options).then(notesOf, (error: unknown) => unreadable(path, error)));
  }
  return { state: fold.state(), notes: joinNotes(notes) };
}

function unreadable(path: string, error: unknown): LogNotes {
  if (!(error instanceof PflowError)) throw error;
  if (error.code === 'LOG_EMPTY') return { ...NO_NOTES, empty: [path] };
  return { ...NO_NOTES, unread: [{ path, why: error.message }] };
}
