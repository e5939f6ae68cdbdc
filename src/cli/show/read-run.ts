// Finds the run that `pflow show` prints, and reads it. The only log, if it is not too large, is read once for both.
import { startFold } from '../../../projections/fold.ts';
import { failure } from '../../../projections/failure/projection.ts';
import type { Failure } from '../../../projections/failure/schema.ts';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import { readLog } from '../../log/read/read-log.ts';
import { readOptionsFor } from '../../replay/fold-logs.ts';
import type { FoundLog } from '../../replay/find-logs.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import { findRun, type FoundRun } from './find-run.ts';
import { readLogEnd, type EndOfLog } from './log-end.ts';
import { eventsFor, LatestRunFold, RunFold, runProjections, type FoldedRun } from './run-fold.ts';

export interface ReadRun extends FoldedRun {
  readonly run: ListedRun;
  readonly failure: Failure | null;
  /** The log has no other run. */
  readonly isAlone: boolean;
}

export interface FoundAndRead {
  readonly found: FoundRun;
  /** Reads of the log what was not read when the run was found. */
  readonly read: () => Promise<ReadRun>;
}

/** Throws what `findRun` throws. */
export async function findAndRead(
  reference: string,
  logs: () => readonly string[],
  pricing: Pricing,
): Promise<FoundAndRead> {
  let latest: LatestRunFold | undefined;
  const found = await findRun(reference, logs, pricing, (log) => {
    const { isSuccess, failedNode } = endOf(log);
    latest = new LatestRunFold(runProjections(pricing, !isSuccess), failedNode);
    return latest;
  });
  const folded = latest?.resultOf(found.run.run);
  return { found, read: () => readRest(found, folded, pricing) };
}

/**
 * Looks at the end of a log before it is read. It shows whether the last run succeeded, which needs no content, or else
 * which node's templates are needed. A pipe gives its bytes once, and the end of a compressed log is not known.
 */
function endOf({ path, identity }: FoundLog): EndOfLog {
  if (identity === undefined) return { isSuccess: false };
  return path.endsWith('.gz') ? { isSuccess: true } : readLogEnd(path);
}

async function readRest(
  { run, isAlone }: FoundRun,
  folded: FoldedRun | undefined,
  pricing: Pricing,
): Promise<ReadRun> {
  const read = folded === undefined ? await readRun(run, pricing) : { ...folded, run, isAlone };
  if (read.failure !== undefined) return { ...read, failure: read.failure };
  return run.status === 'success' ? { ...read, failure: null } : { ...read, failure: await readFailure(run) };
}

type PartOfRun = FoldedRun & Pick<ReadRun, 'run' | 'isAlone'>;

async function readRun(run: ListedRun, pricing: Pricing): Promise<PartOfRun> {
  const folded = runProjections(pricing, false);
  const fold = new RunFold(folded);
  const { projections, handles } = eventsFor(folded);
  const options = readOptionsFor(projections);
  const report = await readLog(run.file, {
    ...options,
    handles: new Set([...options.handles, ...handles]),
    runs: (id) => id === run.run,
    skipCorrupt: true,
    onEvent: (event) => {
      fold.add(event);
    },
  });
  const isAlone = report.runs.every(({ run: id }) => id === run.run);
  return { ...fold.result(), run, isAlone };
}

async function readFailure({ file, run }: ListedRun): Promise<Failure | null> {
  const fold = startFold(failure);
  await readLog(file, {
    handles: new Set(failure.handles),
    runs: (id) => id === run,
    skipCorrupt: true,
    onEvent: (event) => {
      fold.add(event);
    },
  });
  return fold.result();
}
