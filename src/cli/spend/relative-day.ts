// Reads the days of `pflow spend --since`: a date, or one relative to today.
import { dayIn } from '../../../projections/tally/calendar.ts';
import { PflowError } from '../../errors.ts';
import { timeZone } from '../../replay/time-zone.ts';

const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7 };

/** Returns `2026-11-29`; a date is returned as it is. Throws USAGE for anything else, and for an unknown zone. */
export function readDay(flag: string, text: string, zone: string, now: number): string {
  if (/^\d{4}-\d{2}-\d{2}$/u.test(text)) return text;
  const [, count = '', unit = ''] = /^(\d{1,5})([dw])$/u.exec(text) ?? [];
  const named = text === 'today' ? 0 : text === 'yesterday' ? 1 : undefined;
  const back = count === '' ? named : Number(count) * (DAYS[unit] ?? 1);
  const today = dayIn(timeZone(zone), new Date(now).toISOString());
  if (back !== undefined && today !== null)
    return new Date(Date.parse(`${today}T00:00:00Z`) - back * DAY_MS).toISOString().slice(0, 10);
  throw new PflowError('USAGE', `${flag} takes a day, not ${text}`, {
    hint: 'For example 2026-11-01, 7d, today or yesterday.',
  });
}
