// Writes durations for a page: milliseconds below a second, where bars differ by less.
import { formatDuration } from '../values/format-quantities.ts';

/** `1.8 ms`, `501 ms`, `3.60 s`, `2 min 05 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds >= 999.5) return formatDuration(milliseconds);
  if (milliseconds >= 9.95) return `${String(Math.round(milliseconds))} ms`;
  return milliseconds === 0 ? '0 ms' : `${milliseconds.toFixed(1)} ms`;
}
