// Formats points in time and labelled lines for people. The spelling is the same in every locale.
import { formatCount } from '../../values/format-count.ts';
import { colour } from './colour.ts';

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
