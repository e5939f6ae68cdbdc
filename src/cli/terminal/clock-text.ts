// Writes moments for people in a time zone: `29 Nov 07:13:48`.
import type { TimeZone } from '../../../projections/tally/calendar.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `at` is ISO-8601. A text that is not a moment is returned as `-`. */
export function formatClock(at: string | null, zone: TimeZone): string {
  const instant = Date.parse(at ?? '');
  if (Number.isNaN(instant)) return '-';
  const local = new Date(instant + zone.offsetAt(instant));
  const day = String(local.getUTCDate()).padStart(2);
  return `${day} ${MONTHS[local.getUTCMonth()] ?? ''} ${local.toISOString().slice(11, 19)}`;
}
