// Adds up durations and nodes of many runs for the metrics. The size of the sums grows with the nodes and not with the
// runs. Does not handle costs.
import { addCounts, type Count } from './count.ts';
import type { Phase } from '../../src/events/event.ts';
import { nodeDuration } from './node-time.ts';
import { isEmptyPhase, phaseDuration, type PhaseTally } from './phase-tally.ts';
import { runDuration, runStatus, worseStatus, type RunProgress, type RunStatus } from './run-progress.ts';

export interface RunTally {
  readonly progress: RunProgress;
  readonly planner: PhaseTally;
  readonly workflow: PhaseTally;
}

export interface PhaseSums {
  /** Number of runs with this phase. */
  runs: number;
  /** Nanoseconds; null if no run has a duration. */
  duration: Count | null;
  /** Number of distinct nodes of each run, added up. */
  nodes: number;
  /** Nanoseconds by node. */
  readonly timings: Map<string, Count>;
}

export interface RunSums {
  runs: number;
  /** The worst status of all runs; null without runs. */
  status: RunStatus | null;
  /** Nanoseconds. */
  duration: Count;
  readonly planner: PhaseSums;
  readonly workflow: PhaseSums;
}

export function emptyRunSums(): RunSums {
  const phase = (): PhaseSums => ({ runs: 0, duration: null, nodes: 0, timings: new Map() });
  return { runs: 0, status: null, duration: 0, planner: phase(), workflow: phase() };
}

/** Adds a run. It stays unchanged, and nothing of it is kept. */
export function addRunTally(sums: RunSums, run: RunTally): void {
  sums.runs += 1;
  sums.status = worseStatus(sums.status, runStatus(run.progress));
  sums.duration = addCounts(sums.duration, runDuration(run.progress));
  addPhase(sums, run, 'planner');
  addPhase(sums, run, 'workflow');
}

function addPhase(sums: RunSums, run: RunTally, name: Phase): void {
  const phase = run[name];
  if (isEmptyPhase(phase)) return;
  const into = sums[name];
  into.runs += 1;
  into.duration = plus(into.duration, phaseDuration(phase, run.progress.last_ms));
  into.nodes += phase.nodes.size;
  for (const [id, time] of phase.nodes) addTiming(into, id, nodeDuration(time));
}

/** Adds other sums. They stay unchanged and share nothing. */
export function mergeRunSums(into: RunSums, from: RunSums): void {
  into.runs += from.runs;
  into.status = worseStatus(into.status, from.status);
  into.duration = addCounts(into.duration, from.duration);
  for (const name of ['planner', 'workflow'] as const) {
    const phase = into[name];
    const more = from[name];
    phase.runs += more.runs;
    phase.duration = plus(phase.duration, more.duration);
    phase.nodes += more.nodes;
    for (const [id, duration] of more.timings) addTiming(phase, id, duration);
  }
}

function addTiming({ timings }: PhaseSums, id: string, duration: Count): void {
  const before = timings.get(id);
  timings.set(id, before === undefined ? duration : addCounts(before, duration));
}

function plus(a: Count | null, b: Count | null): Count | null {
  return a === null || b === null ? (a ?? b) : addCounts(a, b);
}
