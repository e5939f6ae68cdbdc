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
}

export async function readRun(run: ListedRun, pricing: Pricing): Promise<ReadRun> {
  const timeline = startFold(createTimeline({ pricing }));
  const failed = startFold(failure);
  const steps = startFold(createSteps({ pricing }));
  const warned = startFold(warnings);
  let started: ReadRun['started'];
  await readLog(run.file, {
    ...readOptionsFor([createTimeline({ pricing }), failure, createSteps({ pricing }), warnings]),
    runs: (id) => id === run.run,
    skipCorrupt: true,
    onEvent: (event) => {
      if (event.type === 'run.started') started = event.data;
      for (const fold of [timeline, failed, steps, warned]) fold.add(event);
    },
  });
  return {
    run,
    started,
    timeline: timeline.result(),
    failure: failed.result(),
    steps: steps.result(),
    warnings: warned.result(),
  };
}
