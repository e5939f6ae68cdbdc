// Adds up the time of one phase of a run and of its nodes. Does not handle costs.
import { addCounts, type Count } from './count.ts';
import type { LogEvent, Phase } from '../../src/events/event.ts';
import { toNanoseconds } from './milliseconds.ts';
import { isNodeEvent } from './node-tally.ts';
import { addNodeTime, emptyNodeTime, mergeNodeTimes, type NodeTime } from './node-time.ts';

export interface PhaseTally {
  started_ms: number | null;
  /** Nanoseconds, as reported at the end of the phase. */
  completed: Count | null;
  readonly nodes: Map<string, NodeTime>;
}

/** The phase of an event. Events without a phase belong to the workflow. */
export function phaseOf(event: LogEvent): Phase {
  if (event.type === 'planner.started' || event.type === 'planner.completed') return 'planner';
  return event.phase ?? 'workflow';
}

export function emptyPhase(): PhaseTally {
  return { started_ms: null, completed: null, nodes: new Map() };
}

export function evolvePhase(phase: PhaseTally, event: LogEvent): void {
  if (isNodeEvent(event)) {
    const node = event.node ?? '';
    let time = phase.nodes.get(node);
    if (time === undefined) {
      time = emptyNodeTime();
      phase.nodes.set(node, time);
    }
    addNodeTime(time, event);
    return;
  }
  // A nested workflow runs inside a node and is part of that node's time.
  if (event.node !== undefined) return;
  if (event.type === 'planner.started' || event.type === 'workflow.started') {
    phase.started_ms = phase.started_ms === null ? event.ms : Math.min(phase.started_ms, event.ms);
  } else if (event.type === 'planner.completed' || event.type === 'workflow.completed') {
    phase.completed = addCounts(phase.completed ?? 0, toNanoseconds(event.data.duration_ms));
  }
}

export function mergePhases(a: PhaseTally, b: PhaseTally): PhaseTally {
  const nodes = new Map(a.nodes);
  for (const [id, time] of b.nodes) {
    const known = nodes.get(id);
    nodes.set(id, known === undefined ? time : mergeNodeTimes(known, time));
  }
  const starts = [a.started_ms, b.started_ms].filter((ms) => ms !== null);
  return {
    started_ms: starts.length === 0 ? null : Math.min(...starts),
    completed:
      a.completed === null && b.completed === null ? null : addCounts(a.completed ?? 0, b.completed ?? 0),
    nodes,
  };
}

/** Nanoseconds. Without an end the phase lasts until `last_ms`; null if it has neither end nor start. */
export function phaseDuration(phase: PhaseTally, last_ms: number): Count | null {
  if (phase.completed !== null) return phase.completed;
  return phase.started_ms === null ? null : toNanoseconds(last_ms - phase.started_ms);
}

export function isEmptyPhase(phase: PhaseTally): boolean {
  return phase.started_ms === null && phase.completed === null && phase.nodes.size === 0;
}
