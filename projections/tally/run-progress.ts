// Follows the progress of a run: how it ended, if it did, and the time of its last event. Ignores nodes.
import { type Count } from './count.ts';
import * as z from 'zod';
import type { LogEvent } from '../../src/events/event.ts';
import { RUN_ENDS } from '../../src/events/run-status.ts';
import { toNanoseconds } from './milliseconds.ts';

/** `incomplete`: the run crashed or is still running; its log does not show which. */
export const runStatusSchema = z.enum([...RUN_ENDS, 'incomplete']);

export type RunStatus = z.infer<typeof runStatusSchema>;

const FROM_WORST_TO_BEST = ['incomplete', 'failed', 'denied', 'interrupted', 'paused', 'success'] as const;

export interface RunProgress {
  /** The log has its start. */
  started: boolean;
  ended: Exclude<RunStatus, 'incomplete'> | null;
  /** Nanoseconds, as reported by `run.completed`. */
  duration: Count;
  /** The highest `ms` of all events: that of the last event, since `ms` never decreases within a run. */
  last_ms: number;
}

export function emptyProgress(): RunProgress {
  return { started: false, ended: null, duration: 0, last_ms: 0 };
}

export function evolveProgress(progress: RunProgress, event: LogEvent): void {
  if (event.ms > progress.last_ms) progress.last_ms = event.ms;
  if (event.type === 'run.started') progress.started = true;
  if (event.type !== 'run.completed') return;
  progress.ended = worseStatus(progress.ended, event.data.status);
  const duration = toNanoseconds(event.data.duration_ms);
  if (duration > progress.duration) progress.duration = duration;
}

export function mergeProgress(a: RunProgress, b: RunProgress): RunProgress {
  return {
    started: a.started || b.started,
    ended: worseStatus(a.ended, b.ended),
    duration: a.duration > b.duration ? a.duration : b.duration,
    last_ms: Math.max(a.last_ms, b.last_ms),
  };
}

export function runStatus(progress: RunProgress): RunStatus {
  return progress.ended ?? 'incomplete';
}

/** Nanoseconds. A run without an end lasted at least until its last event. */
export function runDuration(progress: RunProgress): Count {
  return progress.ended === null ? toNanoseconds(progress.last_ms) : progress.duration;
}

/** The worse of two statuses. null: unknown. */
export function worseStatus<S extends RunStatus>(a: S | null, b: S | null): S | null {
  if (a === null || b === null) return a ?? b;
  return FROM_WORST_TO_BEST.indexOf(a) <= FROM_WORST_TO_BEST.indexOf(b) ? a : b;
}
