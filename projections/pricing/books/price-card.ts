// Defines price books that were checked. Names lead to entries, entries have dated cards, and functions find the card
// in force and the tier of a request.
import type { Doubt } from '../../../src/events/doubts.ts';
import type { BookInfo } from './book-info.ts';
import type { TokenClass } from '../../../src/events/usage-counts.ts';

/** USD per million tokens, as decimal strings; only classes with a price of their own. */
export type ClassPrices = Readonly<Partial<Record<TokenClass, string>>>;

/** Prices of all tokens of a request whose input, cached input included, exceeds a threshold. */
export interface CardTier {
  readonly above: number;
  /** A request of exactly `above` tokens is already in this tier. */
  readonly inclusive: boolean;
  readonly prices: ClassPrices;
}

/** A discount or surcharge of the provider: a factor on token prices, or separate prices. */
export type ServiceTier =
  { readonly multiplier: string } | { readonly prices: ClassPrices; readonly tiers: readonly CardTier[] };

/** What a provider reports of a call that its price may depend on. `region` is part of some names. */
export const CALL_FACTS = ['speed', 'geo', 'region', 'search_context'] as const;

export type CallFact = (typeof CALL_FACTS)[number];

/** For each fact, the values for which a card applies, in lower case. */
export type CardCondition = Readonly<Partial<Record<CallFact, readonly string[]>>>;

export interface Card {
  /** Milliseconds since 1970, inclusive; null: no start. */
  readonly from: number | null;
  /** Exclusive; null: no end. */
  readonly until: number | null;
  /** Seconds of the UTC day, start inclusive, end exclusive; may pass midnight. */
  readonly window: readonly [number, number] | null;
  /** Days of the week in UTC, Monday first; null: every day. After midnight a window belongs to the day it began. */
  readonly days: readonly boolean[] | null;
  /** Null for a card that applies to every call. Any other card is laid over one of those. */
  readonly when: CardCondition | null;
  /** Factor on all token prices, for a card with a condition. */
  readonly multiplier: string | null;
  readonly prices: ClassPrices;
  /** Classes that have the price of another class, by the provider's word. */
  readonly samePrice: Readonly<Partial<Record<TokenClass, TokenClass>>>;
  /** USD per 1,000 requests, by name; `request` is the call itself. */
  readonly requests: Readonly<Record<string, string>>;
  /** By ascending threshold. The prices of a tier include those of the tiers below. */
  readonly tiers: readonly CardTier[];
  readonly serviceTiers: ReadonlyMap<string, ServiceTier>;
  /** Service tiers whose factor may not apply to cached tokens. */
  readonly uncertainCacheTiers: readonly string[];
  /** Input beyond which the price is not known; null without such a limit. */
  readonly uncertainAbove: number | null;
  /** Doubts about the prices of this card. */
  readonly doubts: readonly Doubt[];
}

export interface PriceEntry {
  readonly id: string;
  /** The seller; null if every seller has this price. */
  readonly provider: string | null;
  /** Cards without a condition. */
  readonly cards: readonly Card[];
  /** Cards with a condition. */
  readonly overlays: readonly Card[];
  /** The price rules have all its prices, from the first day on. */
  readonly isCorrected?: boolean;
}

export interface PriceBook extends BookInfo {
  /** Maps every exact name, in lower case, to the id of its entry. */
  readonly names: ReadonlyMap<string, string>;
  entry(id: string): PriceEntry;
  /** Imported from a public list, so corrections of that list apply. False for prices that a user wrote. */
  readonly imported: boolean;
  /** True for an imported list with dated changes: a price without a date has not changed. */
  recordsChanges(): boolean;
}

const DAY_SECONDS = 86_400;

/** 1970-01-01 was a Thursday. */
const FIRST_DAY = 3;

function isOnDay(days: readonly boolean[], at: number): boolean {
  const day = Math.floor(at / 1000 / DAY_SECONDS) + FIRST_DAY;
  return days[((day % 7) + 7) % 7] === true;
}

function isInHours({ window, days }: Card, at: number): boolean {
  if (window === null) return days === null || isOnDay(days, at);
  const [start, end] = window;
  const second = (((at / 1000) % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  if (start < end ? second < start || second >= end : second < start && second >= end) return false;
  const beganYesterday = start >= end && second < end;
  return days === null || isOnDay(days, beganYesterday ? at - DAY_SECONDS * 1000 : at);
}

/** True if the dates and hours of a card include `at` (milliseconds since 1970). */
export function isInForce(card: Card, at: number): boolean {
  if (card.from !== null && at < card.from) return false;
  if (card.until !== null && at >= card.until) return false;
  return isInHours(card, at);
}

/** Index of the card in force at `at` (milliseconds since 1970), or -1. A card with hours takes precedence. */
export function cardInForce(cards: readonly Card[], at: number): number {
  let found = -1;
  for (let index = 0; index < cards.length; index += 1) {
    const card = cards[index];
    if (card === undefined || !isInForce(card, at)) continue;
    if (card.window !== null || card.days !== null) return index;
    found = index;
  }
  return found;
}

/** Index of the tier for this much input, or -1 for the base prices. */
export function tierIndex(tiers: readonly CardTier[], inputTokens: number): number {
  let found = -1;
  for (let index = 0; index < tiers.length; index += 1) {
    const tier = tiers[index];
    if (tier === undefined) continue;
    if (inputTokens > tier.above || (tier.inclusive && inputTokens === tier.above)) found = index;
  }
  return found;
}
