// Parses a price file to a price book: recognises its format by its content, checks every entry and names invalid
// ones. A catalogue that was checked when it was generated is trusted, and its entries are compiled when they are
// first used.
import Big from 'big.js';
import { PflowError } from '../../../src/errors.ts';
import { bookInfo, type BookOrigin } from './book-info.ts';
import { bookSchema, datedCardSchema, type RawBook, type RawCard, type RawModels } from './book-schema.ts';
import type { RawPrices, RawServiceTier, RawTier } from './book-schema.ts';
import { cardOverlap } from './card-overlap.ts';
import { fromGenaiPrices, isGenaiPrices } from './formats/genai-prices.ts';
import { fromLitellm, isLitellm } from './formats/litellm.ts';
import { parseInstant } from '../instant.ts';
import type { Card, CardTier, ClassPrices, PriceBook } from './price-card.ts';
import type { PriceEntry, ServiceTier } from './price-card.ts';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';

type ReportProblem = (entry: string, problem: string) => void;

const decimal = (price: number | string): string => new Big(price).toFixed();

function compilePrices(raw: RawPrices): ClassPrices {
  const prices: Partial<Record<(typeof TOKEN_CLASSES)[number], string>> = {};
  for (const name of TOKEN_CLASSES) {
    const price = name === 'cache_write_5m' ? (raw.cache_write_5m ?? raw.cache_write) : raw[name];
    if (price !== undefined) prices[name] = decimal(price);
  }
  return prices;
}

function compileTiers(raw: readonly RawTier[] | undefined): CardTier[] {
  return (raw ?? [])
    .map(({ above_input_tokens: above, inclusive = false, ...prices }) => ({
      above,
      inclusive,
      prices: compilePrices(prices),
    }))
    .sort((a, b) => a.above - b.above);
}

function compileServiceTier(raw: RawServiceTier): ServiceTier {
  const { multiplier, tiers, ...prices } = raw;
  if (multiplier !== undefined) return { multiplier: decimal(multiplier) };
  return { prices: compilePrices(prices), tiers: compileTiers(tiers) };
}

function secondOfDay(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

function compileCard(raw: RawCard): Card {
  const { utc_window: window } = raw;
  const requests = Object.entries(raw.requests ?? {}).map(([name, { per_1000 }]) => [
    name,
    decimal(per_1000),
  ]);
  return {
    from: raw.from === undefined ? null : parseInstant(raw.from),
    until: raw.until === undefined ? null : parseInstant(raw.until),
    window: window === undefined ? null : [secondOfDay(window[0]), secondOfDay(window[1])],
    prices: compilePrices(raw),
    requests: Object.fromEntries(requests) as Record<string, string>,
    tiers: compileTiers(raw.tiers),
    serviceTiers: new Map(
      Object.entries(raw.service_tiers ?? {}).map(([name, tier]) => [name, compileServiceTier(tier)]),
    ),
  };
}

const listOf = (raw: RawCard | RawCard[]): RawCard[] => (Array.isArray(raw) ? raw : [raw]);

function providerOf(id: string, cards: readonly RawCard[]): string | null {
  const named = cards.find((card) => card.provider !== undefined)?.provider;
  if (named !== undefined) return named.toLowerCase();
  const slash = id.indexOf('/');
  return slash > 0 ? id.slice(0, slash) : null;
}

function compileEntry(id: string, raw: RawCard | RawCard[]): PriceEntry {
  const cards = listOf(raw);
  return { id, provider: providerOf(id, cards), cards: cards.map(compileCard) };
}

function bookOf(models: RawModels, origin: BookOrigin, problem: ReportProblem): PriceBook {
  const raws = new Map<string, RawCard | RawCard[]>();
  const names = new Map<string, string>();
  const claim = (name: string, id: string): void => {
    const owner = names.get(name);
    if (owner !== undefined && owner !== id) problem(id, `the name "${name}" also belongs to "${owner}"`);
    names.set(name, id);
  };
  for (const [key, raw] of Object.entries(models)) {
    const id = key.trim().toLowerCase();
    if (raws.has(id)) problem(key, 'is listed twice (names are not case-sensitive)');
    raws.set(id, raw);
    claim(id, id);
  }
  for (const [id, raw] of raws) {
    for (const card of listOf(raw)) {
      for (const alias of card.aliases ?? []) claim(alias.trim().toLowerCase(), id);
    }
  }
  const compiled = new Map<string, PriceEntry>();
  return {
    ...bookInfo(origin),
    names,
    entry(id) {
      const known = compiled.get(id);
      if (known !== undefined) return known;
      const raw = raws.get(id);
      if (raw === undefined) throw new PflowError('INTERNAL', `price entry "${id}" does not exist`);
      const entry = compileEntry(id, raw);
      compiled.set(id, entry);
      return entry;
    },
  };
}

function checkCard(name: string, raw: unknown, problem: ReportProblem): RawCard | null {
  const checked = datedCardSchema.safeParse(raw);
  if (!checked.success) {
    for (const issue of checked.error.issues) {
      problem(name, issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`);
    }
    return null;
  }
  const card = checked.data;
  if (card.cache_write !== undefined && card.cache_write_5m !== undefined) {
    problem(name, 'cache_write and cache_write_5m are the same price; give one');
  }
  return card;
}

function checkModels(models: Record<string, unknown>, problem: ReportProblem): RawModels {
  const checked: RawModels = {};
  for (const [name, raw] of Object.entries(models)) {
    const list: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
    if (list.length === 0) problem(name, 'has no price');
    const cards = list.map((card) => checkCard(name, card, problem)).filter((card) => card !== null);
    if (cards.length === list.length) checked[name] = cards;
    const overlap = cardOverlap(cards.map(compileCard));
    if (overlap !== null) problem(name, overlap);
  }
  return checked;
}

/** Converts the models of any supported format, still unchecked. */
function modelsOf(
  json: unknown,
  origin: BookOrigin,
  problem: ReportProblem,
): { models: Record<string, unknown>; origin: BookOrigin } {
  if (isGenaiPrices(json)) return { models: fromGenaiPrices(json, problem), origin };
  if (isLitellm(json)) return { models: fromLitellm(json), origin };
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PflowError('PRICES_INVALID', `${origin.source} has no prices: not a JSON object`, {
      hint: 'Write {"model": {"input": 3, "output": 15}}, in USD per million tokens.',
    });
  }
  if (!Object.hasOwn(json, 'format')) return { models: json as Record<string, unknown>, origin };
  const checked = bookSchema.safeParse(json);
  if (!checked.success) {
    const details = checked.error.issues.map(
      (issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`,
    );
    throw new PflowError('PRICES_INVALID', `${origin.source}: ${details[0] ?? 'not a price book'}`, {
      details,
    });
  }
  const { models, version = origin.version } = checked.data;
  return { models, origin: { ...origin, version } };
}

/**
 * Reads the pflow format, the simple format `{model: card}`, genai-prices or LiteLLM. Throws PRICES_INVALID, which
 * lists every invalid entry by name.
 */
export function parsePriceBook(json: unknown, origin: BookOrigin): PriceBook {
  const problems: string[] = [];
  const problem: ReportProblem = (entry, what) => problems.push(`"${entry}": ${what}`);
  const found = modelsOf(json, origin, problem);
  const models = checkModels(found.models, problem);
  const book = bookOf(models, found.origin, problem);
  if (problems.length === 0) return book;
  throw new PflowError('PRICES_INVALID', `${origin.source}, ${problems[0] ?? ''}`, {
    details: problems,
    hint: 'Prices are USD per million tokens; docs/cost.md describes the format.',
  });
}

/** Creates a book in the pflow format from prices that were checked before. */
export function trustedPriceBook(json: RawBook, origin: BookOrigin): PriceBook {
  return bookOf(json.models, origin, () => undefined);
}
