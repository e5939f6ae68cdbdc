// Loads prices: the price files of the user, then the built-in catalogue.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RawBook } from '../../projections/pricing/books/book-schema.ts';
import { CATALOGUE } from '../../projections/pricing/books/catalogue-version.ts';
import { parsePriceBook, trustedPriceBook } from '../../projections/pricing/books/parse-price-book.ts';
import type { PriceBook } from '../../projections/pricing/books/price-card.ts';
import {
  createPricing,
  type LazyBook,
  type Pricing,
  type PricingOptions,
} from '../../projections/pricing/pricing.ts';
import { PflowError } from '../errors.ts';
import { parseJsonFile, readTextFile } from './text-file.ts';

export interface LoadPricingOptions extends Omit<PricingOptions, 'books'> {
  /** Paths of the user's price files. The first file that knows a model wins, before the catalogue. */
  readonly files?: readonly string[];
}

/** Throws FILE_NOT_FOUND, FILE_UNREADABLE or PRICES_INVALID for a price file. */
export function loadPricing({ files = [], ...policy }: LoadPricingOptions = {}): Pricing {
  // A bill does not know the user's own prices.
  const auto = files.length > 0 ? 'calculated' : 'auto';
  const costSource =
    policy.costSource === undefined || policy.costSource === 'auto' ? auto : policy.costSource;
  return createPricing({ ...policy, costSource, books: [...readPriceBooks(files), catalogue] });
}

/** Returns the price files of the user in the given order. Throws as `loadPricing` does. */
export function readPriceBooks(files: readonly string[]): PriceBook[] {
  return files.map(readPriceBook);
}

/** The built-in prices. Their file is read when the first call is priced. */
export const catalogue: LazyBook = {
  ...CATALOGUE,
  load: () => trustedPriceBook(JSON.parse(readFileSync(cataloguePath(), 'utf8')) as RawBook, CATALOGUE),
};

/** This module runs from its source, from compiled modules and from a bundle of chunks. */
function cataloguePath(): string {
  const inPackage = 'projections/pricing/books/catalogue.json';
  const found = ['../../', '../']
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
