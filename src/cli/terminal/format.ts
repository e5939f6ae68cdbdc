// Formats durations, amounts and points in time for people. The spelling is the same in every locale.
import { formatCount } from '../../values/format-count.ts';
import { colour } from './colour.ts';

/** `0.02 s`, `12.3 s`, `2 min 05 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  // Compares rounded values, so that neither `10.00 s` nor `60.0 s` is printed.
  if (Math.round(seconds * 100) < 1000) return `${seconds.toFixed(2)} s`;
  if (Math.round(seconds * 10) < 600) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** `$0.001566`, with `~` in front if part of the amount is an estimate. */
export function formatDollars(usd: number | string, exact = true): string {
  return `${exact ? '' : '~'}$${Number(usd).toFixed(6)}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `5 min ago`, `3 h ago`, `2 days ago`. Both times are milliseconds since 1970. */
export function formatAgo(time: number, now: number): string {
  const passed = now - time;
  if (passed < MINUTE) return 'just now';
  if (passed < HOUR) return `${String(Math.floor(passed / MINUTE))} min ago`;
  if (passed < DAY) return `${String(Math.floor(passed / HOUR))} h ago`;
  return `${formatCount(Math.floor(passed / DAY), 'day')} ago`;
}

/** Returns a line that begins with a coloured label, for example `warning …`. */
export function formatLabelledLine(label: 'damaged' | 'note' | 'warning', text: string): string {
  return `${colour.yellow(label)} ${text}\n`;
}
