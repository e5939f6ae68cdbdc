// Loads prices: the price files of the user, then updated prices, then the built-in catalogue.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RawBook } from '../../../projections/pricing/books/book-schema.ts';
import { CATALOGUE } from '../../../projections/pricing/books/catalogue-version.ts';
import { cataloguePriceBook, parsePriceBook } from '../../../projections/pricing/books/parse-price-book.ts';
import type { PriceBook } from '../../../projections/pricing/books/price-card.ts';
import {
  createPricing,
  type LazyBook,
  type LazyRules,
  type Pricing,
  type PricingOptions,
} from '../../../projections/pricing/create-pricing.ts';
import { compileRules } from '../../../projections/pricing/rules/price-rules.ts';
import type { RawRules } from '../../../projections/pricing/rules/rule-schema.ts';
import { RULES } from '../../../projections/pricing/rules/rules-version.ts';
import { PflowError } from '../../errors.ts';
import type { PricedAs } from '../../../projections/pricing/find-cards.ts';
import { vendorAt } from '../../usage/vendors.ts';
import { homeFolder } from '../paths.ts';
import { readSettings, settingsPath } from '../settings.ts';
import { readTextFile } from '../text-file.ts';
import { parsePrices } from './parse-prices.ts';
import { lazyStoredBook, readStore, readStoredBook, type StoredBook } from './price-store.ts';
import type { PriceBookSource, PriceSources } from '../../../projections/pricing/books/price-sources.ts';
import type { Environment } from '../../values/environment.ts';

export interface LoadPricingOptions extends Omit<PricingOptions, 'books' | 'rules'> {
  /** Paths of the user's price files. The first file that knows a model wins, before the catalogue. */
  readonly files?: readonly string[];
  readonly env?: Environment;
}

/** Throws FILE_NOT_FOUND, FILE_UNREADABLE or PRICES_INVALID for a price file, and USAGE for invalid settings. */
export function loadPricing({ files = [], env = process.env, ...policy }: LoadPricingOptions = {}): Pricing {
  const books = [...readPriceBooks(files), ...booksInUse(env)];
  // A bill does not know the user's own prices.
  const auto = files.length > 0 ? 'calculated' : 'auto';
  const costSource =
    policy.costSource === undefined || policy.costSource === 'auto' ? auto : policy.costSource;
  return rememberNearest(
    createPricing({ gateways: gatewaysOf(env), ...policy, costSource, rules: priceRules, books }),
  );
}

/** A document names the models nearby for each unknown one: all names of the books are compared once for each. */
function rememberNearest(pricing: Pricing): Pricing {
  const known = new Map<string, readonly string[]>();
  return {
    ...pricing,
    nearest(model) {
      const names = known.get(model) ?? pricing.nearest(model);
      known.set(model, names);
      return names;
    },
  };
}

/** Lists the books without any flag: those of PFLOW_PRICING or the settings, updated ones, the built-in prices. */
export function booksInUse(env: Environment): (PriceBook | LazyBook)[] {
  const home = homeFolder(env);
  const { newer, older } = storedByAge(home);
  const lazy = (stored: StoredBook): LazyBook => lazyStoredBook(home, stored);
  return [
    ...configuredFiles(env).map(({ path, from }) => readPriceBook(path, from)),
    ...newer.map(lazy),
    catalogue,
    ...older.map(lazy),
  ];
}

/** An update from before the installed version is older than what is built in. */
function storedByAge(home: string): Record<'newer' | 'older', readonly StoredBook[]> {
  const updated = readStore(home);
  const newer = updated.filter(({ date }) => date === null || date >= CATALOGUE.date);
  return { newer, older: updated.filter((book) => !newer.includes(book)) };
}

/** Reads every book at once. Throws as `loadPricing` does. */
export function readPriceSources(files: readonly string[], env: Environment = process.env): PriceSources {
  const home = homeFolder(env);
  const { newer, older } = storedByAge(home);
  const sourceOf = (book: StoredBook): PriceBookSource => {
    const { source, version, date, sha256: hash } = book;
    return {
      origin: { source, version, date, sha256: hash },
      isTrusted: true,
      json: readStoredBook(home, book),
    };
  };
  return {
    books: [
      ...files.map((path) => readBookSource(path)),
      ...configuredFiles(env).map(({ path, from }) => readBookSource(path, from)),
      ...newer.map(sourceOf),
      { origin: CATALOGUE, isTrusted: true, json: readCatalogue() },
      ...older.map(sourceOf),
    ],
    rules: { ...RULES, json: readRules() },
    gateways: gatewaysOf(env),
    costSource: files.length > 0 ? 'calculated' : 'auto',
  };
}

/** The price files of PFLOW_PRICING, else those of the settings. Paths in the settings start at the home folder. */
function configuredFiles(env: Environment): readonly { readonly path: string; readonly from: string }[] {
  const listed = (env['PFLOW_PRICING'] ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) return listed.map((path) => ({ path, from: 'in PFLOW_PRICING' }));
  const { pricing = [] } = readSettings(env);
  const home = homeFolder(env);
  return (typeof pricing === 'string' ? [pricing] : pricing).map((path) => ({
    path: resolve(home, path),
    from: `in "pricing" of ${settingsPath(env)}`,
  }));
}

/** What gateways charge, by the settings. A provider at the address of a known vendor charges the prices of that. */
export function gatewaysOf(env: Environment): Readonly<Record<string, PricedAs>> {
  const providers = Object.entries(readSettings(env).providers ?? {});
  return Object.fromEntries(
    providers.flatMap(([name, { base_url = '', priced_as = vendorAt(name, base_url) }]) =>
      priced_as === undefined ? [] : [[name, priced_as]],
    ),
  );
}

/** Returns the price files of the user in the given order. Throws as `loadPricing` does. */
export function readPriceBooks(files: readonly string[]): PriceBook[] {
  return files.map((path) => readPriceBook(path));
}

/** The built-in prices. Their file is read once, when the first call is priced. */
export const catalogue: LazyBook = {
  ...CATALOGUE,
  load: once(() => cataloguePriceBook(readCatalogue(), CATALOGUE)),
};

/** What price lists lack. The file is read once, when the first call is priced. */
export const priceRules: LazyRules = {
  date: RULES.date,
  load: once(() => compileRules(readRules(), RULES.sha256)),
};

function once<T extends object>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load());
}

function readCatalogue(): RawBook {
  return JSON.parse(readData('books/catalogue.json')) as RawBook;
}

function readRules(): RawRules {
  return JSON.parse(readData('rules.json')) as RawRules;
}

function readData(name: string): string {
  return readFileSync(dataPath(name), 'utf8');
}

/** This module runs from its source, from compiled modules and from a bundle of chunks. */
function dataPath(name: string): string {
  const inPackage = `projections/pricing/${name}`;
  const found = ['../../../', '../../', '../']
    .map((up) => fileURLToPath(new URL(up + inPackage, import.meta.url)))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new PflowError('PRICES_INVALID', 'the built-in prices are missing from this installation', {
    hint: 'Install pflow again.',
  });
}

function readPriceBook(path: string, from?: string): PriceBook {
  const { json, origin } = readBookSource(path, from);
  const book = parsePriceBook(json, origin);
  if (book.names.size > 0) return book;
  throw new PflowError('PRICES_INVALID', `${path} has no prices`, {
    path,
    hint: 'docs/cost.md describes the form of a price file, and which entries of a list have no price.',
  });
}

/** A file without a version gets the start of its hash as its version. */
function readBookSource(path: string, from = 'after --pricing'): PriceBookSource {
  const text = readTextFile(path);
  if (text === undefined) {
    throw new PflowError('FILE_NOT_FOUND', `there is no price file ${path}`, {
      hint: `Check the path ${from}.`,
    });
  }
  // Equals the hash of the file: the text is valid UTF-8, so it encodes to the same bytes.
  const sha256 = createHash('sha256').update(text).digest('hex');
  const hint = 'docs/cost.md describes the form of a price file.';
  const json = parsePrices(text, path, hint);
  const origin = { source: basename(path), version: `sha256:${sha256.slice(0, 12)}`, sha256 };
  return { origin, isTrusted: false, json };
}
