// Lists the prices that books have for one model, for `pflow prices`. Names are matched and rates are built exactly
// as for a call.
import type { TokenClass } from '../../src/events/usage-counts.ts';
import { bookInfo, type BookInfo } from './books/book-info.ts';
import { findCards, type FoundCards, type ParsedPrices } from './find-cards.ts';
import { dayOf } from './instant.ts';
import type { Doubt } from '../../src/events/doubts.ts';
import { cardInForce, type Card, type CardCondition, type PriceBook } from './books/price-card.ts';
import { buildRate } from './rate.ts';
import { WEEK_DAYS } from './books/book-schema.ts';
import { TOKEN_CLASSES } from '../../src/events/token-classes.ts';

/** The prices of one tier and service tier. */
export interface PriceRow {
  readonly tier: string | null;
  readonly service_tier: string | null;
  /** USD per million tokens, decimal strings; only classes with a price of their own. */
  readonly prices: Readonly<Partial<Record<TokenClass, string>>>;
}

export interface DatedPrices {
  /** UTC; `from` inclusive, `until` exclusive; null: open. */
  readonly from: string | null;
  readonly until: string | null;
  /** Hours of the UTC day, such as `16:30`. */
  readonly utc_window: readonly [string, string] | null;
  /** Days of the week in UTC; null: every day. */
  readonly days: readonly string[] | null;
  readonly in_force: boolean;
  readonly rows: readonly PriceRow[];
  /** USD per 1,000 requests; `request` is the call itself. */
  readonly requests: Readonly<Record<string, string>>;
}

export interface ConditionalPrices {
  readonly when: CardCondition;
  readonly from: string | null;
  readonly until: string | null;
  readonly multiplier: string | null;
  readonly prices: Card['prices'];
  readonly requests: Readonly<Record<string, string>>;
}

export interface PriceSheet {
  /** As requested. */
  readonly model: string;
  readonly entry: string;
  readonly rule: string;
  readonly names: readonly string[];
  readonly book: BookInfo;
  /** What the match assumes. */
  readonly doubts: readonly Doubt[];
  readonly dated: readonly DatedPrices[];
  /** Other prices of calls under a condition, or a factor on all token prices. */
  readonly conditions: readonly ConditionalPrices[];
  /** Other books that know the model. */
  readonly also_in: readonly { readonly source: string; readonly entry: string; readonly rule: string }[];
}

/** Writes a day, or the exact time if it is not midnight. */
function instantText(at: number | null): string | null {
  if (at === null) return null;
  const rest = at - Math.floor(at / 86_400_000) * 86_400_000;
  return rest === 0 ? dayOf(at) : `${dayOf(at)}T${clock(Math.floor(rest / 1000))}Z`;
}

function clock(seconds: number): string {
  const part = (value: number): string => String(value).padStart(2, '0');
  const minutes = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (seconds % 60 === 0 ? minutes : [...minutes, seconds % 60]).map(part).join(':');
}

function rowsOf(card: Card, found: FoundCards): PriceRow[] {
  const serviceTiers = [null, ...card.serviceTiers.keys()];
  return serviceTiers.flatMap((serviceTier) => {
    const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
    const tiers = special !== undefined && 'prices' in special ? special.tiers : card.tiers;
    return [null, ...tiers].map((tier) => {
      const { rate, assumptions } = buildRate({ card, tier, serviceTier, overlays: [] }, found);
      const own = TOKEN_CLASSES.flatMap((name, index) =>
        rate.priced_as[index] === name && !assumptions.some(({ at }) => at === index)
          ? [[name, rate.prices[index] ?? '0'] as const]
          : [],
      );
      return { tier: rate.tier, service_tier: serviceTier, prices: Object.fromEntries(own) };
    });
  });
}

function datedPrices(found: FoundCards, at: number): DatedPrices[] {
  const inForce = cardInForce(found.cards, at);
  return found.cards.map((card, index) => ({
    from: instantText(card.from),
    until: instantText(card.until),
    utc_window: card.window === null ? null : [clock(card.window[0]), clock(card.window[1])],
    days: card.days === null ? null : WEEK_DAYS.filter((_day, day) => card.days?.[day] === true),
    in_force: index === inForce,
    rows: rowsOf(card, found),
    requests: card.requests,
  }));
}

function namesOf(book: PriceBook | undefined, entry: string): string[] {
  if (book === undefined) return [entry];
  return [...book.names].flatMap(([name, id]) => (id === entry ? [name] : [])).sort();
}

const conditionalPrices = ({ overlays }: FoundCards): ConditionalPrices[] =>
  overlays.map(({ when, from, until, multiplier, prices, requests }) => ({
    when: when ?? {},
    from: instantText(from),
    until: instantText(until),
    multiplier,
    prices,
    requests,
  }));

const BUILT_IN: BookInfo = { source: 'built in', version: 'local models', date: null, sha256: null };

/**
 * Lists the prices of a model, or returns null if no book knows it. The book is the first one with a price in force at
 * `at` (milliseconds since 1970), or else the first one that knows the model.
 */
export function priceSheet(sources: ParsedPrices, model: string, at: number): PriceSheet | null {
  const { books, rules } = sources;
  const all = findCards(sources, [{ name: model, by: 'model' }], null);
  const chosen = all.find(({ cards }) => cardInForce(cards, at) >= 0) ?? all[0];
  if (chosen === undefined) return null;
  const book = [...books, ...(rules === null ? [] : [rules.book])][Number(chosen.position)];
  return {
    model,
    entry: chosen.entry,
    rule: chosen.rule,
    names: namesOf(book, chosen.entry),
    book: book === undefined ? BUILT_IN : bookInfo(book),
    doubts: chosen.doubts ?? [],
    dated: datedPrices(chosen, at),
    conditions: conditionalPrices(chosen),
    also_in: all
      .filter((found) => found !== chosen)
      .map(({ source, entry, rule }) => ({ source, entry, rule })),
  };
}
