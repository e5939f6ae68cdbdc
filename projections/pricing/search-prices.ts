// Searches for entries by parts of their names, for `pflow prices --search`. Never used to price a call.
import { cardInForce, type PriceBook } from './books/price-card.ts';

export interface FoundPrice {
  readonly entry: string;
  /** USD per million tokens; null: no price in force at that time. */
  readonly input: string | null;
  readonly output: string | null;
  readonly source: string;
}

/** Finds entries with a name that contains every word of `text`. An entry hides the same entry of later books. */
export function searchPrices(books: readonly PriceBook[], text: string, at: number): FoundPrice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, FoundPrice>();
  for (const book of books) {
    for (const [name, entry] of book.names) {
      if (found.has(entry) || !words.every((word) => name.includes(word))) continue;
      const { cards } = book.entry(entry);
      const { prices } = cards[cardInForce(cards, at)] ?? {};
      const { input = null, output = null } = prices ?? {};
      found.set(entry, { entry, input, output, source: book.source });
    }
  }
  return [...found.values()].sort((a, b) => (a.entry < b.entry ? -1 : 1));
}
