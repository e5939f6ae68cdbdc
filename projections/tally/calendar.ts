// Calculates days, ISO weeks and months by arithmetic alone. The caller supplies the offset of a time zone.
import { dayOf, parseInstant } from '../pricing/instant.ts';

/** A time zone as a function of the instant. */
export interface TimeZone {
  readonly name: string;
  /** Milliseconds ahead of UTC at an instant (milliseconds since 1970). Always the same for the same instant. */
  offsetAt(instant: number): number;
}

/** The time zone UTC. */
export const UTC: TimeZone = { name: 'UTC', offsetAt: () => 0 };

const DAY_MS = 86_400_000;
const THURSDAY = 3;

/** The years 1 to 9999: their days have ten characters and sort as text. */
const FIRST_MS = -62_135_596_800_000;
const END_MS = 253_402_300_800_000;

const hasDay = (at: number): boolean => at >= FIRST_MS && at < END_MS;

/** The day in `zone` of an instant such as `2026-10-31T23:30:00.000Z`: `2026-11-01`. null for invalid text. */
export function dayIn(zone: TimeZone, at: string): string | null {
  const instant = parseInstant(at);
  if (instant === null || !hasDay(instant)) return null;
  const offset = zone.offsetAt(instant);
  // Sliced from the text, since this runs for every call of a log.
  if (offset === 0) return at.slice(0, 10);
  return hasDay(instant + offset) ? dayOf(instant + offset) : null;
}

/** The ISO week of a day, such as `2026-W01`. It begins on Monday and belongs to the year of its Thursday. */
export function weekOf(day: string): string {
  const number = Math.floor((parseInstant(day) ?? 0) / DAY_MS);
  // Day 0 was a Thursday.
  const weekday = (((number + THURSDAY) % 7) + 7) % 7;
  const thursday = number - weekday + THURSDAY;
  const year = dayOf(thursday * DAY_MS).slice(0, 4);
  const newYear = Math.floor((parseInstant(`${year}-01-01`) ?? 0) / DAY_MS);
  return `${year}-W${String(Math.floor((thursday - newYear) / 7) + 1).padStart(2, '0')}`;
}

/** The month of a day, such as `2026-11`. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}
