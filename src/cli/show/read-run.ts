// Reads one run of a log into the projections that `pflow show` prints.
import { startFold } from '../../../projections/fold.ts';
import { failure } from '../../../projections/failure/projection.ts';
import type { Failure } from '../../../projections/failure/schema.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { createSteps } from '../../../projections/steps/projection.ts';
import type { Step } from '../../../projections/steps/schema.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import { warnings } from '../../../projections/warnings/projection.ts';
import type { Warning } from '../../../projections/warnings/schema.ts';
import type { EventOf } from '../../events/event.ts';
import { readLog } from '../../log/read/read-log.ts';
import { MARKED, startMarksFold, type RunMarks } from '../../page/run-marks.ts';
import { readOptionsFor } from '../../replay/fold-logs.ts';
import type { ListedRun } from '../../replay/list-runs.ts';

export interface ReadRun {
  readonly run: ListedRun;
  /** Undefined in a log that lost its start. */
  readonly started: EventOf<'run.started'>['data'] | undefined;
  readonly timeline: readonly TimelineSpan[];
  readonly failure: Failure | null;
  readonly steps: readonly Step[];
  readonly warnings: readonly Warning[];
  readonly marks: RunMarks;
  /** The log has no other run. */
  readonly isAlone: boolean;
}

export async function readRun(run: ListedRun, pricing: Pricing): Promise<ReadRun> {
  const timeline = startFold(createTimeline({ pricing }));
  const failed = startFold(failure);
  const steps = startFold(createSteps({ pricing }));
  const warned = startFold(warnings);
  const marked = startMarksFold();
  let started: ReadRun['started'];
  const options = readOptionsFor([createTimeline({ pricing }), failure, createSteps({ pricing }), warnings]);
  const report = await readLog(run.file, {
    ...options,
    handles: new Set([...options.handles, ...MARKED]),
    runs: (id) => id === run.run,
    skipCorrupt: true,
    onEvent: (event) => {
      if (event.type === 'run.started') started = event.data;
      for (const fold of [timeline, failed, steps, warned, marked]) fold.add(event);
    },
  });
  return {
    run,
    started,
    timeline: timeline.result(),
    failure: failed.result(),
    steps: steps.result(),
    warnings: warned.result(),
    marks: marked.marks(),
    isAlone: report.runs.every(({ run: id }) => id === run.run),
  };
}
