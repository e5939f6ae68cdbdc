// Loads prices: the price files of the user, then updated prices, then the built-in catalogue.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RawBook } from '../../../projections/pricing/books/book-schema.ts';
import { CATALOGUE } from '../../../projections/pricing/books/catalogue-version.ts';
import { parsePriceBook, trustedPriceBook } from '../../../projections/pricing/books/parse-price-book.ts';
import type { PriceBook } from '../../../projections/pricing/books/price-card.ts';
import {
  createPricing,
  type LazyBook,
  type LazyRules,
  type Pricing,
  type PricingOptions,
} from '../../../projections/pricing/pricing.ts';
import { compileRules } from '../../../projections/pricing/rules/price-rules.ts';
import type { RawRules } from '../../../projections/pricing/rules/rule-schema.ts';
import { RULES_DATE } from '../../../projections/pricing/rules/rules-version.ts';
import { PflowError } from '../../errors.ts';
import type { PricedAs } from '../../../projections/pricing/find-cards.ts';
import { homeFolder } from '../paths.ts';
import { readSettings } from '../settings.ts';
import { parseJsonFile, readTextFile } from '../text-file.ts';
import { lazyStoredBook, readStore } from './price-store.ts';

export interface LoadPricingOptions extends Omit<PricingOptions, 'books' | 'rules'> {
  /** Paths of the user's price files. The first file that knows a model wins, before the catalogue. */
  readonly files?: readonly string[];
  readonly env?: Env;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Throws FILE_NOT_FOUND, FILE_UNREADABLE or PRICES_INVALID for a price file, and USAGE for invalid settings. */
export function loadPricing({ files = [], env = process.env, ...policy }: LoadPricingOptions = {}): Pricing {
  const books = [...readPriceBooks(files), ...booksInUse(env)];
  // A bill does not know the user's own prices.
  const auto = files.length > 0 ? 'calculated' : 'auto';
  const costSource =
    policy.costSource === undefined || policy.costSource === 'auto' ? auto : policy.costSource;
  return createPricing({ gateways: gatewaysOf(env), ...policy, costSource, rules: priceRules, books });
}

/** Lists the books without any flag: those of PFLOW_PRICING or the settings, updated ones, the built-in prices. */
export function booksInUse(env: Env): (PriceBook | LazyBook)[] {
  const home = homeFolder(env);
  const updated = readStore(home).map((stored) => lazyStoredBook(home, stored));
  // An update from before the installed version is older than what is built in.
  const newer = updated.filter(({ date }) => date === null || date === undefined || date >= CATALOGUE.date);
  const older = updated.filter((book) => !newer.includes(book));
  return [...readPriceBooks(configuredFiles(env)), ...newer, catalogue, ...older];
}

/** The price files of PFLOW_PRICING, else those of the settings. Paths in the settings start at the home folder. */
function configuredFiles(env: Env): readonly string[] {
  const listed = env['PFLOW_PRICING'] ?? '';
  if (listed !== '') return listed.split(delimiter).filter((path) => path !== '');
  const { pricing = [] } = readSettings(env);
  const home = homeFolder(env);
  return (typeof pricing === 'string' ? [pricing] : pricing).map((path) => resolve(home, path));
}

/** What gateways charge, by the settings. */
export function gatewaysOf(env: Env): Readonly<Record<string, PricedAs>> {
  const providers = Object.entries(readSettings(env).providers ?? {});
  return Object.fromEntries(
    providers.flatMap(([name, { priced_as }]) => (priced_as === undefined ? [] : [[name, priced_as]])),
  );
}

/** Returns the price files of the user in the given order. Throws as `loadPricing` does. */
export function readPriceBooks(files: readonly string[]): PriceBook[] {
  return files.map(readPriceBook);
}

/** The built-in prices. Their file is read when the first call is priced. */
export const catalogue: LazyBook = {
  ...CATALOGUE,
  load: () => trustedPriceBook(readData('books/catalogue.json').json as RawBook, CATALOGUE),
};

/** What price lists lack. The file is read when the first call is priced. */
export const priceRules: LazyRules = {
  date: RULES_DATE,
  load() {
    const { json, sha256 } = readData('rules.json');
    return compileRules(json as RawRules, sha256);
  },
};

function readData(name: string): { readonly json: unknown; readonly sha256: string } {
  const text = readFileSync(dataPath(name), 'utf8');
  return { json: JSON.parse(text), sha256: createHash('sha256').update(text).digest('hex') };
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

/** A file without a version gets the start of its hash as its version. */
function readPriceBook(path: string): PriceBook {
  const text = readTextFile(path);
  if (text === undefined) {
    throw new PflowError('FILE_NOT_FOUND', `there is no price file ${path}`, {
      hint: 'Check the path after --pricing.',
    });
  }
  // Equals the hash of the file: the text is valid UTF-8, so it encodes to the same bytes.
  const sha256 = createHash('sha256').update(text).digest('hex');
  const hint = 'docs/cost.md describes the form of a price file.';
  const json = parseJsonFile({ text, path, code: 'PRICES_INVALID', hint });
  return parsePriceBook(json, { source: basename(path), version: `sha256:${sha256.slice(0, 12)}`, sha256 });
}
