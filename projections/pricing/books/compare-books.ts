// Compares two price books entry by entry: what is new, gone, renamed, free or has another price.
import { cardInForce, type Card, type PriceBook } from './price-card.ts';

/** USD by class of tokens, and by the names of tiers, service tiers and requests. */
type Prices = Readonly<Record<string, string>>;

export interface PriceChange {
  readonly entry: string;
  readonly before: Prices;
  readonly after: Prices;
}

export interface BookChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Entries whose names now belong to another entry. */
  readonly renamed: readonly { readonly before: string; readonly after: string }[];
  /** Entries whose input or output had a price and now has one of 0. */
  readonly free: readonly string[];
  /** Only the prices that differ. */
  readonly changed: readonly PriceChange[];
}

function pricesOf(card: Card | undefined): Prices {
  if (card === undefined) return {};
  const prices: Record<string, string> = { ...card.prices };
  for (const { above, prices: own } of card.tiers) {
    for (const [name, price] of Object.entries(own)) prices[`${name} above ${String(above)}`] = price;
  }
  for (const [name, price] of Object.entries(card.requests)) prices[`${name} requests`] = price;
  for (const [tier, special] of card.serviceTiers) {
    if ('multiplier' in special) prices[`${tier} factor`] = special.multiplier;
    else for (const [name, price] of Object.entries(special.prices)) prices[`${tier} ${name}`] = price;
  }
  return prices;
}

/** Whether a class that had a price costs nothing. */
const becameFree = (before: Card | undefined, after: Card | undefined): boolean =>
  before !== undefined &&
  after !== undefined &&
  (['input', 'output'] as const).some(
    (name) => Number(before.prices[name]) > 0 && Number(after.prices[name]) === 0,
  );

const cardAt = (book: PriceBook, entry: string, at: number): Card | undefined => {
  const { cards } = book.entry(entry);
  return cards[cardInForce(cards, at)];
};

const entriesOf = (book: PriceBook): Set<string> => new Set(book.names.values());

function onlyDifferent(entry: string, before: Prices, after: Prices): PriceChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => before[name] !== after[name],
  );
  if (names.length === 0) return [];
  const pick = (prices: Prices): Prices =>
    Object.fromEntries(names.flatMap((name) => (prices[name] === undefined ? [] : [[name, prices[name]]])));
  return [{ entry, before: pick(before), after: pick(after) }];
}

/** `at`: compares the prices in force then, in milliseconds since 1970. */
export function compareBooks(before: PriceBook, after: PriceBook, at: number): BookChanges {
  const old = entriesOf(before);
  const current = entriesOf(after);
  const gone = [...old].filter((entry) => !current.has(entry)).sort();
  const successors = new Map<string, string>();
  for (const [name, entry] of before.names) {
    const successor = after.names.get(name);
    if (successor !== undefined && !successors.has(entry)) successors.set(entry, successor);
  }
  const renamed = gone.flatMap((entry) => {
    const successor = successors.get(entry);
    return successor === undefined ? [] : [{ before: entry, after: successor }];
  });
  const both = [...old].filter((entry) => current.has(entry)).sort();
  const free = both.filter((entry) => becameFree(cardAt(before, entry, at), cardAt(after, entry, at)));
  return {
    added: [...current].filter((entry) => !old.has(entry)).sort(),
    removed: gone.filter((entry) => !successors.has(entry)),
    renamed,
    free,
    changed: both.flatMap((entry) =>
      onlyDifferent(entry, pricesOf(cardAt(before, entry, at)), pricesOf(cardAt(after, entry, at))),
    ),
  };
}

export function hasChanges({ added, removed, renamed, free, changed }: BookChanges): boolean {
  return added.length + removed.length + renamed.length + free.length + changed.length > 0;
}
