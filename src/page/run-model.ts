// Folds the events of a run into what its page shows. The projections are those of the command line.
import { createCost } from '../../projections/cost/projection.ts';
import type { Cost } from '../../projections/cost/schema.ts';
import { failure } from '../../projections/failure/projection.ts';
import type { Failure } from '../../projections/failure/schema.ts';
import { startFold } from '../../projections/fold.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { createRuns } from '../../projections/runs/projection.ts';
import type { RunRow } from '../../projections/runs/schema.ts';
import { createSteps } from '../../projections/steps/projection.ts';
import type { Step } from '../../projections/steps/schema.ts';
import { createTimeline } from '../../projections/timeline/projection.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import { warnings } from '../../projections/warnings/projection.ts';
import type { Warning } from '../../projections/warnings/schema.ts';
import type { EventOf, LogEvent } from '../events/event.ts';

/** A run up to an event. */
export interface RunModel {
  /** Undefined before the first event. */
  readonly row: RunRow | undefined;
  readonly started: EventOf<'run.started'>['data'] | undefined;
  readonly timeline: readonly TimelineSpan[];
  readonly failure: Failure | null;
  readonly steps: readonly Step[];
  readonly warnings: readonly Warning[];
  readonly cost: Cost;
}

export interface RunFold {
  add(event: LogEvent): void;
  model(): RunModel;
}

export function startRunFold(pricing: Pricing): RunFold {
  const runs = startFold(createRuns({ pricing }));
  const timeline = startFold(createTimeline({ pricing }));
  const failed = startFold(failure);
  const steps = startFold(createSteps({ pricing }));
  const warned = startFold(warnings);
  const cost = startFold(createCost({ pricing, explain: true }));
  let started: RunModel['started'];
  return {
    add(event) {
      if (event.type === 'run.started') started = event.data;
      for (const fold of [runs, timeline, failed, steps, warned, cost]) fold.add(event);
    },
    model: () => ({
      row: runs.result()[0],
      started,
      timeline: timeline.result(),
      failure: failed.result(),
      steps: steps.result(),
      warnings: warned.result(),
      cost: cost.result(),
    }),
  };
}
