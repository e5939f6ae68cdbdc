// Draws the bar of a row. It has no style attribute, which the policy of the page forbids.
import type { VNode } from 'preact';
import type { Segment, TimeWindow } from './bar-segments.ts';

interface BarProps {
  readonly segments: readonly Segment[];
  readonly view: TimeWindow;
}

const HEIGHTS: Readonly<Record<Segment['kind'], readonly [string, string]>> = {
  work: ['5', '10'],
  failed: ['5', '10'],
  open: ['5', '10'],
  wait: ['9', '2'],
  call: ['12', '3'],
};

export function Bar({ segments, view }: BarProps): VNode {
  return (
    <svg class="bar" width="100%" height="20" aria-hidden="true">
      {segments.map((segment) => drawSegment(segment, view))}
    </svg>
  );
}

function drawSegment({ kind, from, to }: Segment, view: TimeWindow): VNode | null {
  if (to < view.from || from > view.to) return null;
  const [y, height] = HEIGHTS[kind];
  const left = percentOf(Math.max(from, view.from), view);
  const right = percentOf(Math.min(to, view.to), view);
  // A line is seen however short the time was.
  const bottom = String(Number(y) + Number(height));
  return (
    <g class={`seg ${kind}`}>
      <rect x={`${left}%`} width={`${Math.max(0, right - left)}%`} y={y} height={height} />
      <line x1={`${left}%`} x2={`${left}%`} y1={y} y2={bottom} />
      {kind === 'call' || kind === 'wait' ? null : (
        <line class="end" x1={`${right}%`} x2={`${right}%`} y1={y} y2={bottom} />
      )}
    </g>
  );
}

/** Where a moment is in the chart, in percent. */
export function percentOf(ms: number, { from, to }: TimeWindow): number {
  const share = (ms - from) / Math.max(to - from, 1e-6);
  return Math.round(Math.min(1, Math.max(0, share)) * 100_000) / 1000;
}
