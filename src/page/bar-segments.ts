// Cuts the bar of a row into segments: attempts, the waits between them, and model calls.
import type { RunModel } from './run-model.ts';
import type { SpanNode } from './span-tree.ts';

export interface Segment {
  readonly kind: 'work' | 'failed' | 'open' | 'wait' | 'call';
  readonly from: number;
  readonly to: number;
}

/** Milliseconds that the chart shows. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** `end`: where a bar ends that has no end of its own. */
export function barSegments({ span, attempts, calls, kind }: SpanNode, end: number): Segment[] {
  if (span === null) return [];
  const parts = attempts.length > 0 ? attempts : [span];
  const segments: Segment[] = parts.map(({ start_ms, end_ms, status }) => ({
    kind: kind === 'call' && status === 'completed' ? 'call' : KINDS[status],
    from: start_ms,
    to: Math.max(start_ms, end_ms ?? end),
  }));
  for (const { end_ms, wait_ms } of attempts) {
    if (wait_ms !== undefined && end_ms !== null) {
      segments.push({ kind: 'wait', from: end_ms, to: end_ms + wait_ms });
    }
  }
  for (const { start_ms, end_ms } of calls)
    segments.push({ kind: 'call', from: start_ms, to: end_ms ?? end });
  return segments;
}

const KINDS = {
  completed: 'work',
  failed: 'failed',
  denied: 'failed',
  interrupted: 'open',
  paused: 'open',
  running: 'open',
} as const;

/** When the run ends, or the last of its spans. */
export function endOf({ timeline, row }: Pick<RunModel, 'timeline' | 'row'>): number {
  let end = Math.max(1, row?.duration_ms ?? 0);
  for (const { start_ms, end_ms } of timeline) end = Math.max(end, end_ms ?? start_ms);
  return end;
}

/** Round moments for the axis, at most `most`. */
export function ticks({ from, to }: TimeWindow, most: number): number[] {
  const rough = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const marks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) marks.push(at);
  return marks;
}
