// Decides whether prices are too old for a call, or begin too late. Prices change about as often as models are
// replaced.
import type { Doubt } from '../../src/events/doubts.ts';
import type { Card, PriceBook, PriceEntry } from './books/price-card.ts';
import { parseInstant } from './instant.ts';

/** The day of prices, and the days after which they are old. */
export interface PriceAge {
  readonly day: string;
  readonly maxDays: number;
  /** The instant from which the prices are old. */
  readonly at: number;
  /** The day from which the list records changes, for a price without a start; null: always. */
  readonly since: string | null;
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 60;

/** For a model that had one price only, in a list that records changes. */
const MAX_DAYS_SETTLED = 180;

/** genai-prices began in this month. What a model cost before is mostly not in it. */
const HISTORY_START = '2025-07-01';
const HISTORY_START_MS = parseInstant(HISTORY_START) ?? 0;

/** Names of models that are not final. */
const UNSETTLED = /(?:^|[-/.:_])(?:preview|exp|experimental|beta|alpha)(?:$|[-.:_\d])/;

/** `day` null: the prices have no date, so they never become old. */
export function priceAge(day: string | null, entry: PriceEntry, book: PriceBook): PriceAge | null {
  const start = day === null ? null : parseInstant(day);
  if (day === null || start === null) return null;
  const isSettled = book.recordsChanges() && entry.cards.length === 1 && !UNSETTLED.test(entry.id);
  const maxDays = isSettled ? MAX_DAYS_SETTLED : MAX_DAYS;
  const at = start + (maxDays + 1) * DAY_MS;
  const hasHistory = entry.isCorrected === true || entry.cards.some(isOfHistory);
  const since = book.recordsChanges() && !hasHistory ? HISTORY_START : null;
  return { day, maxDays, at, since };
}

/** The list has an earlier change of a price that ended before the list began. A later change shows nothing of it. */
function isOfHistory({ until }: Card): boolean {
  return until !== null && until <= HISTORY_START_MS;
}

/** True before the list records changes. */
export function isBeforeHistory(age: PriceAge | null, time: number): boolean {
  return age !== null && age.since !== null && time < HISTORY_START_MS;
}

export function pricesAreOld(age: PriceAge | null, time: number): boolean {
  return age !== null && time >= age.at;
}

export function earlyCallDoubt({ since }: PriceAge): Doubt {
  const reason = `the prices have no changes before ${since ?? ''}, and the call is older`;
  return { code: 'PRICES_OLD', reason };
}

export function oldPricesDoubt({ day, maxDays }: PriceAge): Doubt {
  const reason = `the prices are of ${day}, more than ${String(maxDays)} days before the call`;
  return { code: 'PRICES_OLD', reason };
}
