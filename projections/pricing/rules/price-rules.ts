// Lays rules over the entry of a book: factors, conditions and corrections that published price lists lack. What a
// user wrote is never corrected; it only gains what its prices leave open, such as the factor of a batch.
import type { Doubt } from '../../../src/events/doubts.ts';
import { compileCard } from '../books/compile-card.ts';
import type { Card, CardTier, PriceBook, PriceEntry } from '../books/price-card.ts';
import { trustedPriceBook } from '../books/parse-price-book.ts';
import { parseInstant } from '../instant.ts';
import { stripDate } from '../names/name-variants.ts';
import { canonicalVendor } from '../names/vendor-name.ts';
import type { RawFloating, RawRule, RawRules } from './rule-schema.ts';

export interface PriceRules {
  /** When the rules were last changed. */
  readonly date: string;
  readonly sha256: string | null;
  /** Entries that published lists lack. */
  readonly book: PriceBook;
  /** What names without a version meant, by `seller/name`. */
  readonly floating: ReadonlyMap<string, RawFloating>;
  /** Returns the entry with every rule for its models. */
  apply(entry: PriceEntry, book: PriceBook): PriceEntry;
  /** The newest day on which the entry was compared with the provider's list, or null. */
  checkedOn(entry: PriceEntry): string | null;
}

interface CompiledRule {
  readonly raw: RawRule;
  readonly filler: Card;
  readonly overlays: readonly Card[];
  readonly cards: readonly Card[];
}

function patternOf(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return (name) => name === pattern;
  return (name) => {
    if (!name.startsWith(first)) return false;
    let at = first.length;
    for (const [index, part] of rest.entries()) {
      if (index === rest.length - 1) return name.length - part.length >= at && name.endsWith(part);
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return true;
  };
}

function matcher(models: readonly string[], except: readonly string[] = []): LazyRule['matches'] {
  const selected = models.map(patternOf);
  const excluded = except.map(patternOf);
  return (names) =>
    names.some((name) => selected.some((matches) => matches(name))) &&
    !names.some((name) => excluded.some((matches) => matches(name)));
}

/** Names of an entry that rules know it by: with its seller, and without a date. */
function ruleNames({ id, provider }: PriceEntry): string[] {
  const slash = id.indexOf('/');
  const prefix = slash > 0 ? canonicalVendor(id.slice(0, slash)) : null;
  const vendor = provider === null ? prefix : canonicalVendor(provider);
  if (vendor === null) return [id];
  const bare = prefix === vendor ? id.slice(slash + 1) : id;
  const undated = stripDate(bare);
  return undated === null ? [`${vendor}/${bare}`] : [`${vendor}/${bare}`, `${vendor}/${undated}`];
}

/** A rule, and its cards once an entry has needed them. */
interface LazyRule {
  matches(names: readonly string[]): boolean;
  compiled(): CompiledRule;
}

function lazyRule(raw: RawRule): LazyRule {
  let rule: CompiledRule | undefined;
  return { matches: matcher(raw.models, raw.except), compiled: () => (rule ??= compileRule(raw)) };
}

function compileRule(raw: RawRule): CompiledRule {
  const { service_tiers, requests, tiers, prices } = raw;
  return {
    raw,
    filler: compileCard({ service_tiers, requests, tiers, ...prices }),
    overlays: (raw.when ?? []).map(compileCard),
    cards: (raw.cards ?? []).map(compileCard),
  };
}

const isFree = ({ prices }: Card): boolean => Number(prices.input) === 0 && Number(prices.output) === 0;

function filledTiers(card: Card, { raw, filler }: CompiledRule): readonly CardTier[] {
  const tiers = card.tiers.length === 0 ? filler.tiers : card.tiers;
  return tiers.map((tier) => ({
    ...tier,
    inclusive: tier.inclusive && raw.above?.includes(tier.above) !== true,
  }));
}

function doubtsOf({ region_unknown: region, seller_unknown: seller, uncertain }: RawRule): Doubt[] {
  return [
    ...(seller === undefined ? [] : [{ code: 'SELLER_ASSUMED', reason: seller } as const]),
    ...(region === undefined ? [] : [{ code: 'REGION_ASSUMED', reason: region } as const]),
    ...(uncertain === undefined ? [] : [{ code: 'CLASS_UNPRICED', reason: uncertain } as const]),
  ];
}

/** Corrects and completes a card of a published list. */
function completeCard(card: Card, rule: CompiledRule): Card {
  const { raw, filler } = rule;
  return {
    ...card,
    prices: { ...filler.prices, ...card.prices },
    samePrice: { ...card.samePrice, ...raw.same_price },
    tiers: filledTiers(card, rule),
    requests: { ...filler.requests, ...card.requests },
    serviceTiers: isFree(card) ? card.serviceTiers : new Map([...filler.serviceTiers, ...card.serviceTiers]),
    uncertainCacheTiers: [...card.uncertainCacheTiers, ...(raw.uncertain_cache ?? [])],
    uncertainAbove: raw.uncertain_above ?? card.uncertainAbove,
    doubts: [...card.doubts, ...doubtsOf(raw)],
  };
}

/** Adds to a card that a user wrote what its prices leave open: factors, and what is free. */
function extendCard(card: Card, { filler }: CompiledRule): Card {
  const factors = [...filler.serviceTiers].filter(([, tier]) => 'multiplier' in tier);
  const free = Object.entries(filler.requests).filter(([, price]) => Number(price) === 0);
  return {
    ...card,
    requests: { ...Object.fromEntries(free), ...card.requests },
    serviceTiers: new Map([...factors, ...card.serviceTiers]),
  };
}

/** Keeps the part of a card from a time on, or until it. */
function clip(card: Card, from: number | null, until: number | null): Card[] {
  const start = card.from === null || (from !== null && from > card.from) ? from : card.from;
  const end = card.until === null || (until !== null && until < card.until) ? until : card.until;
  return start !== null && end !== null && start >= end ? [] : [{ ...card, from: start, until: end }];
}

/** Corrects cards until the day of a newer list. From then on its own cards count. */
function correctedCards(own: readonly Card[], rule: CompiledRule, book: PriceBook): readonly Card[] {
  if (rule.cards.length === 0) return own;
  const isNewer = book.date !== null && book.date > rule.raw.date;
  const limit = isNewer ? parseInstant(rule.raw.date) : null;
  if (limit === null) return rule.cards;
  return [
    ...rule.cards.flatMap((card) => clip(card, null, limit)),
    ...own.flatMap((card) => clip(card, limit, null)),
  ];
}

const factsOf = ({ when }: Card): string =>
  Object.keys(when ?? {})
    .sort()
    .join();

/** Leaves out conditions that the list has cards for. */
function missingOverlays(own: readonly Card[], more: readonly Card[]): readonly Card[] {
  if (own.length === 0) return more;
  const known = new Set(own.map(factsOf));
  return more.filter((card) => !known.has(factsOf(card)));
}

function applyRule(entry: PriceEntry, rule: CompiledRule, book: PriceBook): PriceEntry {
  const more = missingOverlays(entry.overlays, rule.overlays);
  if (!book.imported) {
    const factors = more.filter(({ multiplier }) => multiplier !== null);
    const cards = entry.cards.map((card) => extendCard(card, rule));
    return { ...entry, cards, overlays: [...entry.overlays, ...factors] };
  }
  const cards = correctedCards(entry.cards, rule, book).map((card) => completeCard(card, rule));
  const isCorrected = entry.isCorrected === true || rule.cards.length > 0;
  return { ...entry, cards, overlays: [...entry.overlays, ...more], isCorrected };
}

export function compileRules(raw: RawRules, sha256: string | null = null): PriceRules {
  const rules = raw.rules.map(lazyRule);
  const checked = raw.checked.map(({ models, date }) => ({ matches: matcher(models), date }));
  const origin = { source: 'pflow price rules', version: raw.date, date: raw.date, sha256 };
  return {
    date: raw.date,
    sha256,
    book: trustedPriceBook({ format: 'pflow-prices/1', models: raw.models }, origin),
    floating: new Map(Object.entries(raw.floating)),
    apply(entry, book) {
      const names = ruleNames(entry);
      return rules
        .filter((rule) => rule.matches(names))
        .reduce((done, rule) => applyRule(done, rule.compiled(), book), entry);
    },
    checkedOn(entry) {
      const names = ruleNames(entry);
      const dates = checked.flatMap(({ matches, date }) => (matches(names) ? [date] : []));
      return dates.sort().at(-1) ?? null;
    },
  };
}
