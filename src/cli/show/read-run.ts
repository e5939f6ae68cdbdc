// Finds the run that `pflow show` prints, and reads it. The only log, if it is not too large, is read once for both.
import type { Failure } from '../../../projections/failure/schema.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { readLog } from '../../log/read/read-log.ts';
import { readOptionsFor } from '../../replay/fold-logs.ts';
import type { FoundLog } from '../../replay/find-logs.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import type { EarlierRun } from '../../run/resume/earlier-run.ts';
import { findRun, type FoundRun } from './find-run.ts';
import { eventsFor, LatestRunFold, RunFold, runProjections, type FoldedRun } from './run-fold.ts';
import { readStopped } from './stopped-run.ts';

export interface ReadRun extends FoldedRun {
  readonly run: ListedRun;
  readonly failure: Failure | null;
  /** The log has no other run. */
  readonly isAlone: boolean;
  /** Absent if it was not read. Throws as reading a run to resume it does. */
  readonly earlier?: () => EarlierRun;
}

export interface FoundAndRead {
  readonly found: FoundRun;
  /** Reads of the log what was not read when the run was found. */
  readonly read: () => Promise<ReadRun>;
}

/** Throws what `findRun` throws. */
export async function findAndRead(
  meant: string,
  logs: () => readonly string[],
  pricing: Pricing,
): Promise<FoundAndRead> {
  let latest: LatestRunFold | undefined;
  const found = await findRun(meant, logs, pricing, (log) => {
    latest = new LatestRunFold(runProjections(pricing, !canReadAgain(log)));
    return latest;
  });
  const folded = latest?.resultOf(found.run.run);
  return { found, read: () => readRest(found, folded, pricing) };
}

/** A pipe gives its bytes once. */
function canReadAgain({ identity }: FoundLog): boolean {
  return identity !== undefined;
}

async function readRest(
  { run, isAlone }: FoundRun,
  folded: FoldedRun | undefined,
  pricing: Pricing,
): Promise<ReadRun> {
  const read = folded === undefined ? await readRun(run, pricing) : { ...folded, run, isAlone };
  if (read.failure !== undefined) return { ...read, failure: read.failure };
  return run.status === 'success' ? { ...read, failure: null } : { ...read, ...(await readStopped(run)) };
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
