// Folds the events of a run into what its page shows. The projections are those of the command line.
import { createCost } from '../../projections/cost/projection.ts';
import type { Cost, CostLine } from '../../projections/cost/schema.ts';
import { failure } from '../../projections/failure/projection.ts';
import type { Failure } from '../../projections/failure/schema.ts';
import { startFold, type Fold } from '../../projections/fold.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { createRuns } from '../../projections/runs/projection.ts';
import type { RunRow } from '../../projections/runs/schema.ts';
import { createSteps } from '../../projections/steps/projection.ts';
import type { Step } from '../../projections/steps/schema.ts';
import { createTimeline } from '../../projections/timeline/projection.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import { warnings } from '../../projections/warnings/projection.ts';
import type { Warning } from '../../projections/warnings/schema.ts';
import type { EventOf, LogEvent } from '../events/event.ts';
import { startMarksFold, type RunMarks } from './run-marks.ts';

/** A run up to an event. */
export interface RunModel {
  /** Undefined before the first event. */
  readonly row: RunRow | undefined;
  readonly started: EventOf<'run.started'>['data'] | undefined;
  readonly timeline: readonly TimelineSpan[];
  readonly failure: Failure | null;
  readonly steps: readonly Step[];
  readonly warnings: readonly Warning[];
  /** Without `by_node`: its rows have the cost of nodes. */
  readonly cost: Cost;
  /** Every bill explained; computed when it is first called. */
  readonly costLines: () => readonly CostLine[];
  readonly marks: RunMarks;
}

/** A log does not show whether a run without an end goes on. */
export function withStatus(model: RunModel, status: RunRow['status']): RunModel {
  return model.row === undefined ? model : { ...model, row: { ...model.row, status } };
}

export interface RunModelFold {
  add(event: LogEvent): void;
  model(): RunModel;
}

export function startRunFold(pricing: Pricing): RunModelFold {
  const runs = startFold(createRuns({ pricing }));
  const timeline = startFold(createTimeline({ pricing }));
  const failed = startFold(failure);
  const steps = startFold(createSteps({ pricing }));
  const warned = startFold(warnings);
  const cost = startFold(createCost({ pricing, byNode: false }));
  const explained = startExplainedFold(pricing);
  const marked = startMarksFold();
  const events: LogEvent[] = [];
  let started: RunModel['started'];
  return {
    add(event) {
      events.push(event);
      if (event.type === 'run.started') started = event.data;
      for (const fold of [runs, timeline, failed, steps, warned, cost, marked]) fold.add(event);
    },
    model() {
      const moment = events.length;
      return {
        row: runs.result()[0],
        started,
        timeline: timeline.result(),
        failure: failed.result(),
        steps: steps.result(),
        warnings: warned.result(),
        cost: cost.result(),
        costLines: () => explained(events, moment),
        marks: marked.marks(),
      };
    },
  };
}

/** Explains the bills of the first events, as many as the moment has. Goes on from the last moment where it can. */
function startExplainedFold(
  pricing: Pricing,
): (events: readonly LogEvent[], moment: number) => readonly CostLine[] {
  const start = (): Fold<unknown, Cost> => startFold(createCost({ pricing, explain: true }));
  let fold = start();
  let folded = 0;
  return (events, moment) => {
    if (moment < folded) {
      fold = start();
      folded = 0;
    }
    for (const event of events.slice(folded, moment)) fold.add(event);
    folded = moment;
    return fold.result().lines ?? [];
  };
}
