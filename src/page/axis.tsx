// Draws the time axis above the waterfall.
import type { VNode } from 'preact';
import { percentOf } from './bar.tsx';
import { durationText } from './duration-text.ts';
import { ticks, type TimeWindow } from './bar-segments.ts';

const MOST_TICKS = 6;
/** Percent of the width: a label takes up to a tenth, on a narrow screen more. */
const LAST_TICK = 80;

export function Axis({ view }: { readonly view: TimeWindow }): VNode {
  // The end has a label of its own, with room for it.
  const marks = ticks(view, MOST_TICKS).filter((ms) => percentOf(ms, view) <= LAST_TICK);
  const step = marks.length > 1 ? (marks[1] ?? 0) - (marks[0] ?? 0) : view.to - view.from;
  return (
    <svg class="axis" width="100%" height="20" aria-hidden="true">
      {marks.map((ms) => (
        <Tick key={ms} at={percentOf(ms, view)} text={tickText(ms, step)} />
      ))}
      <Tick at={100} text={durationText(view.to)} />
    </svg>
  );
}

interface TickProps {
  /** Percent of the width. */
  readonly at: number;
  readonly text: string;
}

function Tick({ at, text }: TickProps): VNode {
  return (
    <g>
      <line x1={`${at}%`} x2={`${at}%`} y1="14" y2="20" />
      <text x={`${at}%`} y="12" text-anchor={at === 100 ? 'end' : 'start'}>
        {text}
      </text>
    </g>
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
