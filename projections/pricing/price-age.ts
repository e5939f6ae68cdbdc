// Decides whether prices are too old for a call. Prices change about as often as models are replaced.
import type { Doubt } from '../../src/events/doubts.ts';
import { dayOf, parseInstant } from './instant.ts';

/** From the first day after 60 days on. */
const MAX_AGE_MS = 61 * 86_400_000;

/** The instant from which prices of a day are old, by day: as a number, and as texts of events write it. */
const limits = new Map<string, { readonly at: number; readonly text: string }>();

function limitOf(day: string): { readonly at: number; readonly text: string } {
  const known = limits.get(day);
  if (known !== undefined) return known;
  const at = (parseInstant(day) ?? Number.MAX_SAFE_INTEGER) + MAX_AGE_MS;
  const limit = { at, text: Number.isSafeInteger(at) ? `${dayOf(at)}T00:00:00.000Z` : '9999' };
  limits.set(day, limit);
  return limit;
}

/** True if prices of `day` are more than 60 days older than a call. Compares texts as they are: that is fastest. */
export function pricesAreOld(day: string | null, time: number | string): boolean {
  if (day === null) return false;
  const limit = limitOf(day);
  return typeof time === 'string' ? time >= limit.text : time >= limit.at;
}

export function oldPricesDoubt(day: string): Doubt {
  return { code: 'PRICES_OLD', reason: `the prices are of ${day}, more than 60 days before the call` };
}
