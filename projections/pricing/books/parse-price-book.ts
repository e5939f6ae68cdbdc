// Parses a price file to a price book: recognises its format by its content, checks every entry and names invalid
// ones. A catalogue that was checked when it was generated is trusted, and its entries are compiled when they are
// first used.
import { PflowError } from '../../../src/errors.ts';
import { bookInfo, type BookOrigin } from './book-info.ts';
import { bookSchema, datedCardSchema, type RawBook, type RawCard, type RawModels } from './book-schema.ts';
import { compileCard } from './compile-card.ts';
import { cardOverlap } from './card-overlap.ts';
import { fromGenaiPrices, isGenaiPrices } from './formats/genai-prices.ts';
import { fromLitellm, isLitellm } from './formats/litellm.ts';
import { fromModelsDev, isModelsDev } from './formats/models-dev.ts';
import type { PriceBook, PriceEntry } from './price-card.ts';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';
import { isObject } from '../../../src/values/json-fields.ts';

type ReportProblem = (entry: string, problem: string) => void;

const listOf = (raw: RawCard | RawCard[]): RawCard[] => (Array.isArray(raw) ? raw : [raw]);

function providerOf(id: string, cards: readonly RawCard[]): string | null {
  const named = cards.find((card) => card.provider !== undefined)?.provider;
  if (named !== undefined) return named.toLowerCase();
  const slash = id.indexOf('/');
  return slash > 0 ? id.slice(0, slash) : null;
}

function compileEntry(id: string, raw: RawCard | RawCard[]): PriceEntry {
  const raws = listOf(raw);
  const cards = raws.map(compileCard);
  return {
    id,
    provider: providerOf(id, raws),
    cards: cards.filter(({ when }) => when === null),
    overlays: cards.filter(({ when }) => when !== null),
  };
}

const hasDate = (raw: RawCard | RawCard[]): boolean => listOf(raw).some(({ from }) => from !== undefined);

interface ModelIndex {
  readonly raws: ReadonlyMap<string, RawCard | RawCard[]>;
  /** The entry of each name. */
  readonly names: ReadonlyMap<string, string>;
}

function indexModels(models: RawModels, problem: ReportProblem): ModelIndex {
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
  return { raws, names };
}

/** Like `indexModels`, for names in lower case that are all different: the first price of a process waits for it. */
function indexCatalogue(models: RawModels): ModelIndex {
  const raws = new Map(Object.entries(models));
  const names = new Map<string, string>();
  for (const [id, raw] of raws) {
    names.set(id, id);
    for (const { aliases } of Array.isArray(raw) ? raw : [raw]) {
      if (aliases !== undefined) for (const alias of aliases) names.set(alias, id);
    }
  }
  return { raws, names };
}

function bookOf({ raws, names }: ModelIndex, origin: BookOrigin, imported: boolean): PriceBook {
  const compiled = new Map<string, PriceEntry>();
  let hasDates: boolean | null = null;
  return {
    ...bookInfo(origin),
    imported,
    recordsChanges: () => (hasDates ??= imported && [...raws.values()].some(hasDate)),
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

function* cardProblems(card: RawCard): Generator<string> {
  if (card.when === undefined) {
    if (card.input === undefined) yield 'input: Invalid input';
    if (card.output === undefined) yield 'output: Invalid input';
    if (card.multiplier !== undefined) yield 'multiplier is for a card with `when`';
  } else if (card.multiplier !== undefined && TOKEN_CLASSES.some((name) => card[name] !== undefined)) {
    yield 'has either a multiplier or prices, not both';
  }
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
  for (const what of cardProblems(card)) problem(name, what);
  return card;
}

function checkModels(models: Record<string, unknown>, problem: ReportProblem): RawModels {
  const checked: RawModels = {};
  for (const [name, raw] of Object.entries(models)) {
    const list: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
    if (name.trim() === '') problem(name, 'is not the name of a model');
    if (list.length === 0) problem(name, 'has no price');
    const cards = list.map((card) => checkCard(name, card, problem)).filter((card) => card !== null);
    if (cards.length === list.length) checked[name] = cards;
    const overlap = cardOverlap(cards.filter(({ when }) => when === undefined).map(compileCard));
    if (overlap !== null) problem(name, overlap);
  }
  return checked;
}

interface FoundModels {
  readonly models: Record<string, unknown>;
  readonly origin: BookOrigin;
  readonly imported: boolean;
}

/** Converts the models of any supported format, still unchecked. */
function modelsOf(json: unknown, origin: BookOrigin, problem: ReportProblem): FoundModels {
  if (isGenaiPrices(json)) return { models: fromGenaiPrices(json, problem), origin, imported: true };
  if (isModelsDev(json)) return { models: fromModelsDev(json), origin, imported: true };
  if (isLitellm(json)) return { models: fromLitellm(json), origin, imported: true };
  if (!isObject(json)) {
    throw new PflowError('PRICES_INVALID', `${origin.source} has no prices: not a JSON object`, {
      hint: 'Write {"model": {"input": 3, "output": 15}}, in USD per million tokens.',
    });
  }
  if (!Object.hasOwn(json, 'format')) return { models: json, origin, imported: false };
  const checked = bookSchema.safeParse(json);
  if (!checked.success) {
    const details = checked.error.issues.map(
      (issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`,
    );
    throw new PflowError('PRICES_INVALID', `${origin.source}: ${details[0] ?? 'not a price book'}`, {
      details,
    });
  }
  const { models, version = origin.version, date = origin.date ?? null, imported = false } = checked.data;
  return { models, origin: { ...origin, version, date }, imported };
}

/** Converts a list in any form to checked models. Throws PRICES_INVALID. */
export function bookModels(json: unknown, origin: BookOrigin): RawModels {
  const problems: string[] = [];
  const problem: ReportProblem = (entry, what) => problems.push(`"${entry}": ${what}`);
  const models = checkModels(modelsOf(json, origin, problem).models, problem);
  throwProblems(problems, origin);
  return models;
}

function throwProblems(problems: readonly string[], { source }: BookOrigin): void {
  if (problems.length === 0) return;
  throw new PflowError('PRICES_INVALID', `${source}, ${problems[0] ?? ''}`, {
    details: problems,
    hint: 'Prices are USD per million tokens; docs/cost.md describes the format.',
  });
}

/**
 * Reads the pflow format, the simple format `{model: card}`, genai-prices, LiteLLM or models.dev. Throws
 * PRICES_INVALID, which lists every invalid entry by name.
 */
export function parsePriceBook(json: unknown, origin: BookOrigin): PriceBook {
  const problems: string[] = [];
  const problem: ReportProblem = (entry, what) => problems.push(`"${entry}": ${what}`);
  const found = modelsOf(json, origin, problem);
  const models = checkModels(found.models, problem);
  const book = bookOf(indexModels(models, problem), found.origin, found.imported);
  throwProblems(problems, origin);
  return book;
}

/** Creates a book in the pflow format from prices that were checked before. */
export function trustedPriceBook(json: RawBook, origin: BookOrigin): PriceBook {
  return bookOf(
    indexModels(json.models, () => undefined),
    origin,
    json.imported ?? true,
  );
}

/** Creates the book of the built-in prices. */
export function cataloguePriceBook(json: RawBook, origin: BookOrigin): PriceBook {
  return bookOf(indexCatalogue(json.models), origin, json.imported ?? true);
}
