// Reads a run that did not succeed: why, and what it left for a resumed run. Both need the content of its log.
import { startFold } from '../../../projections/fold.ts';
import { failure } from '../../../projections/failure/projection.ts';
import type { Failure } from '../../../projections/failure/schema.ts';
import { readLog } from '../../log/read/read-log.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import { EarlierRun, FOLDED_TYPES } from '../../run/resume/earlier-run.ts';
import { checkEarlierRun } from '../../run/resume/read-earlier.ts';

export interface StoppedRun {
  readonly failure: Failure | null;
  /** Throws as reading a run to resume it does. */
  readonly earlier: () => EarlierRun;
}

export async function readStopped({ file, run }: ListedRun): Promise<StoppedRun> {
  const failed = startFold(failure);
  const earlier = new EarlierRun(run);
  const report = await readLog(file, {
    handles: new Set([...failure.handles, ...FOLDED_TYPES]),
    checkEveryLine: true,
    skipCorrupt: true,
    runs: (id) => id === run,
    onEvent: (event) => {
      failed.add(event);
      earlier.add(event);
    },
  });
  return { failure: failed.result(), earlier: () => checkEarlierRun(earlier, report, { path: file, run }) };
}
