// Measures what runs took and cost. Reads no content: logs of level `metrics` and `trace` of the same run give the same
// metrics.
import type { LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { EVENT_TYPES, VOCABULARY } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { costGaps } from '../cost/cost-gaps.ts';
import { metricsDocument } from './document.ts';
import { metricsSchema, type Metrics } from './schema.ts';
import { emptyPhase, evolvePhase, mergePhases, phaseOf } from '../tally/phase-tally.ts';
import {
  addCall,
  emptyLedger,
  followRunCalls,
  mergeLedgers,
  settleCalls,
  type Ledger,
} from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { isOpenCallEvent, LATE_CALL_TYPES } from '../tally/open-calls.ts';
import { emptyProgress, evolveProgress, mergeProgress } from '../tally/run-progress.ts';
import { addRunTally, mergeRunSums, emptyRunSums, type RunSums, type RunTally } from '../tally/run-sums.ts';

export interface MetricsState {
  /** Runs that may have further events. */
  readonly runs: Map<string, RunTally>;
  /** Runs that have ended. */
  readonly settled: RunSums;
  readonly ledger: Ledger;
}

/** Options of `createMetrics`. */
export interface MetricsOptions {
  readonly pricing: Pricing;
}

/** All types of level `metrics`: the last event gives the duration of a run without an end. */
const METRICS_TYPES = [
  ...EVENT_TYPES.filter((type) => VOCABULARY[type].level === 'metrics'),
  ...LATE_CALL_TYPES,
];

/** Calls count under their phase alone, since no sum is by node. */
const PLACES = { none: {}, planner: { phase: 'planner' }, workflow: { phase: 'workflow' } } as const;

/** Creates the projection `metrics`: durations in milliseconds, tokens and USD of planner, workflow and the whole. */
export function createMetrics({ pricing }: MetricsOptions): Projection<MetricsState, Metrics> {
  return {
    name: 'metrics',
    summary: 'durations, tokens and cost of planner, workflow and the whole',
    handles: METRICS_TYPES,
    late: LATE_CALL_TYPES,
    skips: ['ordinary_usage', 'ir', 'nodes', 'times'],
    scope: 'log',
    initial: () => ({ runs: new Map(), settled: emptyRunSums(), ledger: emptyLedger() }),
    evolve(state, event) {
      if (isOpenCallEvent(event)) followRunCalls(state.ledger, event);
      // A log of level metrics has no prompts, and gives the same durations.
      if (event.type === 'llm.prompted') return;
      const run = runOf(state, event);
      evolveProgress(run.progress, event);
      if (isModelCall(event)) addCall(state.ledger, pricing, event, PLACES[event.phase ?? 'none']);
      else evolvePhase(run[phaseOf(event)], event);
    },
    merge(a, b) {
      const runs = new Map(a.runs);
      for (const [id, run] of b.runs) {
        const known = runs.get(id);
        runs.set(id, known === undefined ? run : mergeRuns(known, run));
      }
      const settled = emptyRunSums();
      mergeRunSums(settled, a.settled);
      mergeRunSums(settled, b.settled);
      return { runs, settled, ledger: mergeLedgers(a.ledger, b.ledger) };
    },
    settle(state, run) {
      const tally = state.runs.get(run);
      // Without its start the run continues in another part of the log.
      if (tally?.progress.started !== true) return;
      addRunTally(state.settled, tally);
      state.runs.delete(run);
      settleCalls(state.ledger, run);
    },
    result: (state) => metricsDocument(allRuns(state), state.ledger, pricing),
    gaps: (state) => costGaps(state.ledger, pricing),
    schema: metricsSchema,
  };
}

function runOf(state: MetricsState, event: LogEvent): RunTally {
  const known = state.runs.get(event.run);
  if (known !== undefined) return known;
  const run = { progress: emptyProgress(), planner: emptyPhase(), workflow: emptyPhase() };
  state.runs.set(event.run, run);
  return run;
}

function allRuns({ runs, settled }: MetricsState): RunSums {
  const sums = emptyRunSums();
  mergeRunSums(sums, settled);
  for (const run of runs.values()) addRunTally(sums, run);
  return sums;
}

function mergeRuns(a: RunTally, b: RunTally): RunTally {
  return {
    progress: mergeProgress(a.progress, b.progress),
    planner: mergePhases(a.planner, b.planner),
    workflow: mergePhases(a.workflow, b.workflow),
  };
}
