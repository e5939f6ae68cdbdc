// Reads the delay before the next request from the headers of a response.
import type { Fields } from './json-fields.ts';

/**
 * Returns milliseconds, from `retry-after-ms` or from `Retry-After` in seconds or as a date. `headers` have lower-case
 * names, and `now` is milliseconds since 1970. Returns undefined if neither header is valid.
 */
export function parseRetryAfterMs(headers: Fields, now: number): number | undefined {
  const exact = parseDelay(headers['retry-after-ms'], 1);
  if (exact !== undefined) return exact;
  const header = headers['retry-after'];
  const relative = parseDelay(header, 1000);
  if (relative !== undefined || typeof header !== 'string') return relative;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function parseDelay(header: unknown, unit: number): number | undefined {
  if (typeof header !== 'string' || !/^\s*\d+(\.\d+)?\s*$/.test(header)) return undefined;
  return Math.ceil(Number(header) * unit);
}
