// Converts UTC dates to numbers and back by arithmetic alone: projections use no clock and no calendar of the machine.
import { PflowError } from '../../src/errors.ts';

const DAY_MS = 86_400_000;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** Counts days from 1970-01-01. Years start in March, so that the leap day is the last day of its year. */
function dayNumber(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/**
 * Parses the digits from `start` to `end`; NaN if one is not a digit. By character: it runs for every call of a log.
 */
function parseDigits(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The day that was parsed last: calls that follow one another are mostly of one day. */
let lastDay = { text: '0000-00-00', at: NaN };

function parseDay(text: string): number {
  // Not startsWith, which takes three times as long.
  const day = text.slice(0, 10);
  if (day === lastDay.text) return lastDay.at;
  const at = dayAt(text);
  if (day.length === 10) lastDay = { text: day, at };
  return at;
}

function dayAt(text: string): number {
  if (text[4] !== '-' || text[7] !== '-') return NaN;
  const year = parseDigits(text, 0, 4);
  const month = parseDigits(text, 5, 7);
  const day = parseDigits(text, 8, 10);
  return day >= 1 && day <= daysIn(year, month) ? dayNumber(year, month, day) * DAY_MS : NaN;
}

/** Parses `:00` and `.123` after the minutes, if present. */
function parseSeconds(text: string, end: number): number {
  if (end === 16) return 0;
  const seconds = text[16] === ':' ? parseDigits(text, 17, 19) : NaN;
  if (end === 19) return seconds * 1000;
  return text[19] === '.' && end === 23 ? seconds * 1000 + parseDigits(text, 20, 23) : NaN;
}

/** Parses `09:30Z`, `09:30:00Z` or `09:30:00.123Z` from position 11 on. */
function parseTime(text: string): number {
  const end = text.length - 1;
  if (text[10] !== 'T' || text[13] !== ':' || text[end] !== 'Z') return NaN;
  const hours = parseDigits(text, 11, 13);
  const minutes = parseDigits(text, 14, 16);
  const rest = parseSeconds(text, end);
  return hours < 24 && minutes < 60 && rest < 60_000 ? (hours * 60 + minutes) * 60_000 + rest : NaN;
}

/** Parses `2026-11-01` or `2026-11-01T09:30:00.123Z` to milliseconds since 1970; null for anything else. */
export function parseInstant(text: string): number | null {
  const at = text.length === 10 ? parseDay(text) : parseDay(text) + parseTime(text);
  return Number.isNaN(at) ? null : at;
}

export const isWholeDay = (at: number): boolean => at % DAY_MS === 0;

/** True for an instant as events write it. `day`: such as `2026-11-01T`. */
export function isOnDay(text: string, day: string): boolean {
  return text.length === 24 && text.slice(0, 11) === day && isTime(text);
}

/** Whether `09:30:00.123Z` is at position 11. Without loops and numbers: it runs for every call of a log. */
function isTime(text: string): boolean {
  return (
    digitAt(text, 11) * 10 + digitAt(text, 12) < 24 &&
    text.charCodeAt(13) === COLON &&
    digitAt(text, 14) < 6 &&
    digitAt(text, 15) < 10 &&
    text.charCodeAt(16) === COLON &&
    digitAt(text, 17) < 6 &&
    digitAt(text, 18) < 10 &&
    text.charCodeAt(19) === POINT &&
    digitAt(text, 20) < 10 &&
    digitAt(text, 21) < 10 &&
    digitAt(text, 22) < 10 &&
    text.charCodeAt(23) === UTC
  );
}

const COLON = 0x3a;
const POINT = 0x2e;
const UTC = 0x5a;
const NO_DIGIT = 100;

function digitAt(text: string, index: number): number {
  const digit = text.charCodeAt(index) - 48;
  return digit >= 0 && digit <= 9 ? digit : NO_DIGIT;
}

/** Parses a date that a user wrote, such as a price date. Throws USAGE for anything else. */
export function requireInstant(text: string): number {
  const at = parseInstant(text);
  if (at !== null) return at;
  throw new PflowError('USAGE', `"${text}" is not a date`, {
    hint: 'Write it as 2026-11-01 or 2026-11-01T09:30:00Z.',
  });
}

/** The UTC day of an instant, such as `2026-11-01`. */
export function dayOf(at: number): string {
  const days = Math.floor(at / DAY_MS) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const padded = (value: number, length: number): string => String(value).padStart(length, '0');
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}
