// Draws the time axis above the waterfall.
import type { VNode } from 'preact';
import { percentOf } from './bar.tsx';
import { ticks, type TimeWindow } from './bar-segments.ts';

const MOST_TICKS = 6;

export function Axis({ view }: { readonly view: TimeWindow }): VNode {
  const marks = ticks(view, MOST_TICKS);
  const step = marks.length > 1 ? (marks[1] ?? 0) - (marks[0] ?? 0) : view.to - view.from;
  return (
    <svg class="axis" width="100%" height="20" aria-hidden="true">
      {marks.map((ms) => {
        const at = percentOf(ms, view);
        // The last label ends at its mark, or it would be cut.
        const anchor = at > 94 ? 'end' : 'start';
        return (
          <g key={ms}>
            <line x1={`${at}%`} x2={`${at}%`} y1="14" y2="20" />
            <text x={`${at}%`} y="12" text-anchor={anchor}>
              {tickText(ms, step)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** With as many digits as neighbouring marks need to differ. */
function tickText(ms: number, step: number): string {
  if (step < 1) return `${String(Math.round(ms * 1000) / 1000)} ms`;
  if (step < 100 && ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${String(Math.round(ms) / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')} min`;
}
