// Finds the cards of a call in the books, in order of precedence.
import { NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import { matchModel, type ModelMatch } from './names/match-model.ts';
import { parseInstant } from './instant.ts';
import { priceAge, type PriceAge } from './price-age.ts';
import type { Card, PriceBook, PriceEntry } from './books/price-card.ts';
import type { CardOrigin, PricedBy } from './rate.ts';
import type { PriceRules } from './rules/price-rules.ts';
import type { RawFloating } from './rules/rule-schema.ts';
import { canonicalVendor, homeVendor } from './names/vendor-name.ts';

export interface LookupName {
  readonly name: string;
  readonly by: PricedBy;
}

export interface FoundCards extends CardOrigin {
  readonly cards: readonly Card[];
  /** Cards with a condition. */
  readonly overlays: readonly Card[];
  /** How old the prices may be; null without a date. */
  readonly age: PriceAge | null;
  /** The region that the name of the model contains. */
  readonly region: string | null;
  /** From a copy of a public list. */
  readonly isImported: boolean;
}

/** What a gateway charges: the prices of a seller, or for each of its models those of another. */
export type PricedAs = string | Readonly<Record<string, string>>;

/** Books in order of precedence, and what is laid over them. */
export interface ParsedPrices {
  readonly books: readonly PriceBook[];
  readonly rules: PriceRules | null;
  /** By the name before the slash. */
  readonly gateways?: Readonly<Record<string, PricedAs>>;
}

/** Vendors whose models run on the user's machine and cost nothing. */
const LOCAL_VENDORS = new Set(['ollama']);

const FREE_CARD: Card = {
  from: null,
  until: null,
  window: null,
  days: null,
  when: null,
  multiplier: null,
  prices: { input: '0', output: '0', input_audio: '0', output_audio: '0' },
  samePrice: {},
  requests: {},
  tiers: [],
  serviceTiers: new Map(),
  uncertainCacheTiers: [],
  uncertainAbove: null,
  doubts: NO_DOUBTS,
};

/** Names such as `gpt-oss:120b-cloud` run at Ollama and not here. */
const isInCloud = (name: string): boolean => /[-:]cloud$/i.test(name.trim());

const CLOUD_CARD: Card = {
  ...FREE_CARD,
  doubts: [
    { code: 'SELLER_ASSUMED', reason: 'the model runs in the cloud of Ollama, which has plans of its own' },
  ],
};

function vendorOf(model: string, provider: string): string {
  const slash = model.indexOf('/');
  return canonicalVendor((slash > 0 ? model.slice(0, slash) : provider).toLowerCase());
}

/** Adds the suffix of the requested name, such as `:online`: it decides the price, and answers lack it. */
function withSuffix(vendor: string, answered: string, requested: string): string {
  if (vendor !== 'openrouter') return answered;
  const suffixes = requested.match(/:[a-z]+(?=:|$)/g) ?? [];
  return suffixes.reduce((name, suffix) => (name.includes(suffix) ? name : name + suffix), answered);
}

/** The name in the answer, at the seller that was called. */
function answeredName(answered: string, requested: string, vendor: string): string {
  const own = vendor === '' || canonicalVendor(answered.split('/')[0] ?? '') === vendor;
  const name = withSuffix(vendor, answered, requested);
  return own ? name : `${vendor}/${name}`;
}

/**
 * Lists names to look up. The name in the answer is more specific than the requested one; both have the same seller.
 */
export function lookupNames(call: ModelCall, asModel: string | undefined): LookupName[] {
  if (asModel !== undefined) return [{ name: asModel, by: 'as_model' }];
  const { model } = call.data;
  const provider = 'provider' in call.data ? call.data.provider : '';
  const responseModel = 'response_model' in call.data ? call.data.response_model : undefined;
  const vendor = vendorOf(model, provider);
  const names: LookupName[] = [];
  if (responseModel !== undefined && responseModel !== '')
    names.push({ name: answeredName(responseModel, model, vendor), by: 'response_model' });
  const bare = !model.includes('/');
  if (bare && vendor !== '' && vendor !== homeVendor(model.toLowerCase())) {
    names.push({ name: `${vendor}/${model}`, by: 'model' });
  }
  names.push({ name: model, by: 'model' });
  return withVendor(names, call, provider);
}

/** Adds the names at the recorded vendor, for a provider with another name. */
function withVendor(names: LookupName[], call: ModelCall, provider: string): LookupName[] {
  const vendor = 'vendor' in call.data ? call.data.vendor : undefined;
  if (vendor === undefined) return names;
  const own = `${provider.toLowerCase()}/`;
  return names.flatMap((one) => {
    if (!one.name.toLowerCase().startsWith(own)) return [one];
    return [one, { ...one, name: `${vendor}/${one.name.slice(own.length)}` }];
  });
}

/** Names a gateway's model at the seller whose prices it charges; null without one. */
function nameBehind(name: string, gateways: ParsedPrices['gateways']): string | null {
  const slash = name.indexOf('/');
  const vendor = name.slice(0, Math.max(slash, 0));
  if (gateways === undefined || slash <= 0 || !Object.hasOwn(gateways, vendor)) return null;
  const as = gateways[vendor];
  const model = name.slice(slash + 1);
  if (typeof as !== 'object') return as === undefined ? null : `${as}/${model}`;
  return Object.hasOwn(as, model) ? (as[model] ?? null) : null;
}

/** Adds the names behind a gateway after its own. */
function withGateways(names: readonly LookupName[], gateways: ParsedPrices['gateways']): LookupName[] {
  return names.flatMap((one) => {
    const behind = nameBehind(one.name, gateways);
    return behind === null ? [one] : [one, { ...one, name: behind }];
  });
}

function assumedDoubt(name: string, model: string): Doubt {
  return {
    code: 'NAME_FLOATING',
    reason: `${name} means another model from time to time; it has the price of ${model}`,
  };
}

const later = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
const sooner = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

function clipped(card: Card, from: number | null, until: number | null): Card[] {
  const start = later(card.from, from);
  const end = sooner(card.until, until);
  return start !== null && end !== null && start >= end ? [] : [{ ...card, from: start, until: end }];
}

type FoundEntry = Omit<FoundCards, 'by' | 'reason' | 'position'>;

/** The cards of the models that a floating name meant, each for its time. */
function floatingCards(
  sources: ParsedPrices,
  book: PriceBook,
  name: string,
  { periods }: RawFloating,
): FoundEntry | null {
  const day = (text: string | undefined): number | null => (text === undefined ? null : parseInstant(text));
  const parts = periods.flatMap(({ from, until, model }) => {
    const found = findEntry(sources, book, model);
    return found === null ? [] : [{ from: day(from), until: day(until), model, found }];
  });
  const last = parts.at(-1);
  if (last === undefined || parts.length < periods.length) return null;
  const { found, model, until } = last;
  const cards = parts.flatMap((part) =>
    part.found.cards.flatMap((card) => clipped(card, part.from, part.until)),
  );
  const doubts = [assumedDoubt(name, model)];
  const open = found.cards.flatMap((card) => clipped(card, until, null)).map((card) => ({ ...card, doubts }));
  return {
    ...found,
    rule: 'floating name',
    doubts: [],
    // A name whose last model has no end means that model still, but its end is unknown.
    cards: until === null ? cards.map((card) => ({ ...card, doubts })) : [...cards, ...open],
  };
}

/** Names a model with its canonical seller, a bare one with its maker. */
function sellerName(name: string): string {
  const lower = name
    .trim()
    .toLowerCase()
    .replace(/^models\//, 'google/');
  const slash = lower.indexOf('/');
  if (slash > 0) return `${canonicalVendor(lower.slice(0, slash))}${lower.slice(slash)}`;
  return `${homeVendor(lower) ?? ''}/${lower}`;
}

/** Dates the prices of an entry by its book, or by a later comparison. */
function dateOf(own: PriceEntry, book: PriceBook, rules: PriceRules | null): string | null {
  const checked = book.imported ? (rules?.checkedOn(own) ?? null) : null;
  return checked !== null && book.date !== null && checked > book.date ? checked : book.date;
}

const withoutDate = ({ rule }: ModelMatch): boolean => !rule.includes('date suffix');

/** A snapshot may have another price than its model. The rules then have an entry for it. */
function hasOwnSnapshot(rules: PriceRules | null, name: string, match: ModelMatch): boolean {
  if (rules === null || withoutDate(match)) return false;
  const own = matchModel(rules.book, name);
  return own !== null && withoutDate(own);
}

/** A card for the very region of the name answers the doubt about it. */
function withRegionPriced({ region, doubts }: ModelMatch, overlays: readonly Card[]): readonly Doubt[] {
  const isPriced = region !== null && overlays.some(({ when }) => when?.region?.includes(region) === true);
  return isPriced ? doubts.filter(({ code }) => code !== 'REGION_ASSUMED') : doubts;
}

/** A list cannot know the price of a snapshot that came after it. */
function newerSnapshotDoubt(book: PriceBook, name: string, { rule, entry }: ModelMatch): readonly Doubt[] {
  const [, year = '', month = '', day = ''] = /(20\d\d)-?(\d\d)-?(\d\d)(?!\d)/.exec(name) ?? [];
  const isNewer = book.date !== null && `${year}-${month}-${day}` > book.date;
  if (!book.imported || !isNewer || year === '' || !rule.includes('date suffix')) return [];
  const reason = `${name} is newer than the prices of ${book.date}; it has the price of ${entry}`;
  return [{ code: 'NAME_FLOATING', reason }];
}

function findEntry(sources: ParsedPrices, book: PriceBook, name: string): FoundEntry | null {
  const { rules } = sources;
  const floating = book.imported ? rules?.floating.get(sellerName(name)) : undefined;
  const meant = floating === undefined ? null : floatingCards(sources, book, name, floating);
  if (meant !== null) return meant;
  const match = matchModel(book, name);
  if (match === null || (book.imported && hasOwnSnapshot(rules, name, match))) return null;
  const own = book.entry(match.entry);
  const { cards, overlays, isCorrected = false } = rules === null ? own : rules.apply(own, book);
  return {
    ...match,
    doubts: [...withRegionPriced(match, overlays), ...newerSnapshotDoubt(book, name, match)],
    cards,
    overlays,
    age: priceAge(dateOf(own, book, rules), { ...own, isCorrected }, book),
    source: book.source,
    isImported: book.imported,
  };
}

/** Doubts the price of the requested model if an unknown one has answered. */
function withAnswerDoubt(found: FoundCards, answered: string | undefined): FoundCards {
  if (answered === undefined || found.by !== 'model') return found;
  const reason = `the answer is by ${answered}, which has no known price; it has that of ${found.entry}`;
  return { ...found, doubts: [...(found.doubts ?? NO_DOUBTS), { code: 'NAME_FLOATING', reason }] };
}

const isCertain = ({ doubts = NO_DOUBTS }: FoundCards): boolean => doubts.length === 0;

/** Searches book by book: a user's book wins over the catalogue. A certain match wins over an assumed one. */
export function findCards(
  sources: ParsedPrices,
  names: readonly LookupName[],
  reason: string | null,
): FoundCards[] {
  const all = withGateways(names, sources.gateways);
  const answered = names.find(({ by }) => by === 'response_model')?.name;
  const found: FoundCards[] = [];
  const books = sources.rules === null ? sources.books : [...sources.books, sources.rules.book];
  for (const [index, book] of books.entries()) {
    const matches = all.flatMap(({ name, by }) => {
      const entry = findEntry(sources, book, name);
      if (entry === null) return [];
      // A price that the user gave to the requested name is meant for every answer.
      const isOwn = !book.imported || !names.some((one) => one.name === name);
      return [{ ...entry, by, reason, position: String(index), isOwn }];
    });
    // The name in the answer is what was called; a certain match of the requested name would be another model.
    const first = matches[0];
    const best = matches.find((one) => one.by === first?.by && isCertain(one)) ?? first;
    if (best !== undefined) found.push(withAnswerDoubt(best, best.isOwn ? undefined : answered));
  }
  const sorted = [...found.filter(isCertain), ...found.filter((one) => !isCertain(one))];
  const local = names.find(({ name }) => LOCAL_VENDORS.has(name.split('/')[0]?.toLowerCase() ?? ''));
  if (local === undefined) return sorted;
  const origin = {
    entry: local.name,
    by: local.by,
    rule: 'local model',
    source: 'built in',
    position: 'local',
    overlays: [],
    age: null,
    region: null,
    isImported: false,
  };
  return [...sorted, { ...origin, cards: [isInCloud(local.name) ? CLOUD_CARD : FREE_CARD], reason }];
}
