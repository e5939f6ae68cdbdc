// Defines price books that were checked. Names lead to entries, entries have dated cards, and functions find the card
// in force and the tier of a request.
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

export interface Card {
  /** Milliseconds since 1970, inclusive; null: no start. */
  readonly from: number | null;
  /** Exclusive; null: no end. */
  readonly until: number | null;
  /** Seconds of the UTC day, start inclusive, end exclusive; may pass midnight. */
  readonly window: readonly [number, number] | null;
  readonly prices: ClassPrices;
  /** USD per 1,000 requests, by name; `request` is the call itself. */
  readonly requests: Readonly<Record<string, string>>;
  /** By ascending threshold. */
  readonly tiers: readonly CardTier[];
  readonly serviceTiers: ReadonlyMap<string, ServiceTier>;
}

export interface PriceEntry {
  readonly id: string;
  /** The seller; null if every seller has this price. */
  readonly provider: string | null;
  readonly cards: readonly Card[];
}

export interface PriceBook extends BookInfo {
  /** Maps every exact name, in lower case, to the id of its entry. */
  readonly names: ReadonlyMap<string, string>;
  entry(id: string): PriceEntry;
}

const DAY_SECONDS = 86_400;

function inWindow(window: readonly [number, number], at: number): boolean {
  const [start, end] = window;
  const second = (((at / 1000) % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  return start < end ? second >= start && second < end : second >= start || second < end;
}

/** Index of the card in force at `at` (milliseconds since 1970), or -1. A card with hours takes precedence. */
export function cardInForce(cards: readonly Card[], at: number): number {
  let found = -1;
  for (let index = 0; index < cards.length; index += 1) {
    const card = cards[index];
    if (card === undefined) continue;
    if (card.from !== null && at < card.from) continue;
    if (card.until !== null && at >= card.until) continue;
    if (card.window === null) found = index;
    else if (inWindow(card.window, at)) return index;
  }
  return found;
}

/** Index of the tier for this much input, or -1 for the base prices. */
export function tierOf(tiers: readonly CardTier[], inputTokens: number): number {
  let found = -1;
  for (let index = 0; index < tiers.length; index += 1) {
    const tier = tiers[index];
    if (tier === undefined) continue;
    if (inputTokens > tier.above || (tier.inclusive && inputTokens === tier.above)) found = index;
  }
  return found;
}
