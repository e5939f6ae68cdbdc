// Reads how long a server wants its client to wait, from the headers of its response.
import type { Fields } from './json-fields.ts';

/** Milliseconds from `retry-after-ms` or `Retry-After`, in seconds or as a date; header names in lower case. */
export function parseRetryAfterMs(headers: Fields, now: number): number | undefined {
  const exact = milliseconds(headers['retry-after-ms'], 1);
  if (exact !== undefined) return exact;
  const header = headers['retry-after'];
  const relative = milliseconds(header, 1000);
  if (relative !== undefined || typeof header !== 'string') return relative;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function milliseconds(header: unknown, unit: number): number | undefined {
  if (typeof header !== 'string' || !/^\s*\d+(\.\d+)?\s*$/.test(header)) return undefined;
  return Math.ceil(Number(header) * unit);
}
