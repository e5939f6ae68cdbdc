// The summary of what runs took and cost, with the field names of the specification. It reads no content: a
// log of level `metrics` and one of level `trace` of the same run give the same metrics.
import type { LogEvent } from '../src/events/event.ts';
import { EVENT_TYPES, VOCABULARY } from '../src/events/vocabulary.ts';
import type { Projection } from './contract.ts';
import { metricsDocument } from './metrics-document.ts';
import { metricsSchema, type Metrics } from './metrics-schema.ts';
import { emptyPhase, evolvePhase, mergePhases, phaseOf, type PhaseTally } from './phase-tally.ts';
import { addCall, emptyLedger, mergeLedgers, type Ledger } from './pricing/ledger.ts';
import type { Pricing } from './pricing/pricing.ts';
import { emptyFrame, evolveFrame, mergeFrames, type RunFrame } from './run-frame.ts';

export interface RunTally {
  readonly frame: RunFrame;
  readonly planner: PhaseTally;
  readonly workflow: PhaseTally;
}

export interface MetricsState {
  readonly runs: Map<string, RunTally>;
  readonly ledger: Ledger;
}

export interface MetricsOptions {
  readonly pricing: Pricing;
}

/** All of level `metrics`: each tells how far a run got, for the duration of a run without its end. */
const METRICS_TYPES = EVENT_TYPES.filter((type) => VOCABULARY[type].level === 'metrics');

export function createMetrics({ pricing }: MetricsOptions): Projection<MetricsState, Metrics> {
  return {
    name: 'metrics',
    summary: 'durations, tokens and cost of planner, workflow and the whole',
    handles: METRICS_TYPES,
    scope: 'log',
    initial: () => ({ runs: new Map(), ledger: emptyLedger() }),
    evolve(state, event) {
      const run = runOf(state, event);
      evolveFrame(run.frame, event);
      if (event.type === 'llm.completed' || event.type === 'llm.failed')
        addCall(state.ledger, pricing, event);
      else evolvePhase(run[phaseOf(event)], event);
    },
    merge(a, b) {
      const runs = new Map(a.runs);
      for (const [id, run] of b.runs) {
        const known = runs.get(id);
        runs.set(id, known === undefined ? run : mergeRuns(known, run));
      }
      return { runs, ledger: mergeLedgers(a.ledger, b.ledger) };
    },
    result: (state) => metricsDocument([...state.runs.values()], state.ledger, pricing),
    schema: metricsSchema,
  };
}

function runOf(state: MetricsState, event: LogEvent): RunTally {
  const known = state.runs.get(event.run);
  if (known !== undefined) return known;
  const run = { frame: emptyFrame(), planner: emptyPhase(), workflow: emptyPhase() };
  state.runs.set(event.run, run);
  return run;
}

function mergeRuns(a: RunTally, b: RunTally): RunTally {
  return {
    frame: mergeFrames(a.frame, b.frame),
    planner: mergePhases(a.planner, b.planner),
    workflow: mergePhases(a.workflow, b.workflow),
  };
}
