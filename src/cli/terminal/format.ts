// Numbers as people read them. Always the same spelling, whatever the locale.
import { formatCount } from '../../values/format-count.ts';

/** `0.02 s`, `12.3 s`, `2 min 05 s`. */
export function formatDuration(milliseconds: number): string {
  const all = milliseconds / 1000;
  // By what would be shown: never `10.00 s`, never `60.0 s`.
  if (Math.round(all * 100) < 1000) return `${all.toFixed(2)} s`;
  if (Math.round(all * 10) < 600) return `${all.toFixed(1)} s`;
  const whole = Math.round(all);
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** Six places, as everywhere; `~` where part of it is a guess. */
export function formatDollars(usd: number, exact = true): string {
  return `${exact ? '' : '~'}$${usd.toFixed(6)}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long a moment, in milliseconds since 1970, lies back: `just now`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function formatAgo(moment: number, now: number): string {
  const passed = now - moment;
  if (passed < MINUTE) return 'just now';
  if (passed < HOUR) return `${String(Math.floor(passed / MINUTE))} min ago`;
  if (passed < DAY) return `${String(Math.floor(passed / HOUR))} h ago`;
  return `${formatCount(Math.floor(passed / DAY), 'day')} ago`;
}
