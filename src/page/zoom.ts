// Zooms and moves the window of time that the waterfall shows.
import type { TimeWindow } from './bar-segments.ts';

/** No window is narrower. */
const LEAST_MS = 0.01;

/** `factor` below 1 shows less; `around` is a share of the window, from 0 to 1. */
export function zoomWindow(view: TimeWindow, factor: number, around: number, end: number): TimeWindow {
  const width = Math.min(end, Math.max(LEAST_MS, (view.to - view.from) * factor));
  const middle = view.from + (view.to - view.from) * around;
  return fit(middle - width * around, width, end);
}

/** `share` of the window, to the right if positive. */
export function panWindow(view: TimeWindow, share: number, end: number): TimeWindow {
  const width = view.to - view.from;
  return fit(view.from + width * share, width, end);
}

/** Shows what is between two shares of the window. A click selects nothing, and changes nothing. */
export function selectWindow(view: TimeWindow, a: number, b: number): TimeWindow {
  const [low, high] = a < b ? [a, b] : [b, a];
  const width = view.to - view.from;
  if (high - low < 0.01 || width * (high - low) < LEAST_MS) return view;
  return { from: view.from + width * low, to: view.from + width * high };
}

function fit(from: number, width: number, end: number): TimeWindow {
  const start = Math.min(Math.max(0, from), Math.max(0, end - width));
  return { from: start, to: start + width };
}
