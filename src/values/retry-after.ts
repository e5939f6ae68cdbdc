// Reads the delay before the next request from the response of a server.
import type { Fields } from './json-fields.ts';

/** The three forms of a date in HTTP, and ISO 8601. `Date.parse` accepts more, and guesses. */
const HTTP_DATE =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun), \d\d [a-z]{3} \d{4}|[a-z]{3,6}day, \d\d-[a-z]{3}-\d\d) \d\d:\d\d:\d\d gmt$/i;
const ASCTIME_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun) [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/i;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Returns milliseconds, from `retry-after-ms` or from `Retry-After` in seconds or as a date. `headers` have lower-case
 * names, and `now` is milliseconds since 1970. Returns undefined if no header states a wait: a delay of 0 and a date
 * in the past leave the wait to the caller.
 */
export function parseRetryAfterMs(headers: Fields, now: number): number | undefined {
  const exact = parseNumber(headers['retry-after-ms'], 1);
  if (exact !== undefined) return orUndefined(exact);
  const header = headers['retry-after'];
  const relative = parseNumber(header, 1000);
  if (relative !== undefined) return orUndefined(relative);
  const date = typeof header === 'string' ? parseDate(header.trim()) : Number.NaN;
  return Number.isNaN(date) ? undefined : orUndefined(date - now);
}

/** Reads a delay in the body of a response, such as `2.5s`. */
export function parseRetryDelayMs(delay: unknown): number | undefined {
  const text = typeof delay === 'string' && delay.endsWith('s') ? delay.slice(0, -1) : undefined;
  const milliseconds = parseNumber(text, 1000);
  return milliseconds === undefined ? undefined : orUndefined(milliseconds);
}

function orUndefined(milliseconds: number): number | undefined {
  return milliseconds > 0 ? milliseconds : undefined;
}

function parseNumber(header: unknown, unit: number): number | undefined {
  if (typeof header !== 'string' || !/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return undefined;
  return Math.ceil(Number(header) * unit);
}

function parseDate(text: string): number {
  // Without a zone `Date.parse` would take the local one.
  if (ASCTIME_DATE.test(text)) return Date.parse(`${text} GMT`);
  return HTTP_DATE.test(text) || ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
}
