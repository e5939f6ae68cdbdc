// How a run stands: how it ended, if it did, and how far its events reach. It knows no node.
import { type Count } from './count.ts';
import * as z from 'zod';
import type { LogEvent } from '../../src/events/event.ts';
import { toNanoseconds } from './milliseconds.ts';

/** `incomplete`: the run crashed or is still going; its log does not say. */
export const runStatusSchema = z.enum(['success', 'failed', 'interrupted', 'incomplete']);

export type RunStatus = z.infer<typeof runStatusSchema>;

const FROM_WORST_TO_BEST = ['incomplete', 'failed', 'interrupted', 'success'] as const;

export interface RunFrame {
  /** Its start was seen. */
  started: boolean;
  ended: Exclude<RunStatus, 'incomplete'> | null;
  /** What `run.completed` says, nanoseconds. */
  duration: Count;
  /** The highest `ms` of all events seen; the last one's, since `ms` never falls inside a run. */
  last_ms: number;
}

export function emptyFrame(): RunFrame {
  return { started: false, ended: null, duration: 0, last_ms: 0 };
}

export function evolveFrame(frame: RunFrame, event: LogEvent): void {
  if (event.ms > frame.last_ms) frame.last_ms = event.ms;
  if (event.type === 'run.started') frame.started = true;
  if (event.type !== 'run.completed') return;
  frame.ended = worse(frame.ended, event.data.status);
  const duration = toNanoseconds(event.data.duration_ms);
  if (duration > frame.duration) frame.duration = duration;
}

export function mergeFrames(a: RunFrame, b: RunFrame): RunFrame {
  return {
    started: a.started || b.started,
    ended: worse(a.ended, b.ended),
    duration: a.duration > b.duration ? a.duration : b.duration,
    last_ms: Math.max(a.last_ms, b.last_ms),
  };
}

export function frameStatus(frame: RunFrame): RunStatus {
  return frame.ended ?? 'incomplete';
}

/** Nanoseconds. A run without its end lasted at least until its last event. */
export function frameDuration(frame: RunFrame): Count {
  return frame.ended === null ? toNanoseconds(frame.last_ms) : frame.duration;
}

/** The worst of the two; `null` knows nothing. */
export function worse<S extends RunStatus>(a: S | null, b: S | null): S | null {
  if (a === null || b === null) return a ?? b;
  return FROM_WORST_TO_BEST.indexOf(a) <= FROM_WORST_TO_BEST.indexOf(b) ? a : b;
}
