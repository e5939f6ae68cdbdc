// The prices of a command: the built-in catalogue, read when the first call is priced, and books of the user's
// that win over it.
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
import { parseJsonFile } from './json-file.ts';
import { readTextFile } from './workflow-source.ts';

export interface LoadPricingOptions extends Omit<PricingOptions, 'books'> {
  /** Price files of the user's; the first one that knows a model wins. */
  readonly files?: readonly string[];
}

export function loadPricing({ files = [], ...policy }: LoadPricingOptions = {}): Pricing {
  return createPricing({ ...policy, books: [...readPriceBooks(files), catalogue] });
}

/** The price files of the user's, in the order in which they were named. */
export function readPriceBooks(files: readonly string[]): PriceBook[] {
  return files.map(readBook);
}

/** The built-in prices; nothing is read before the first use. */
export const catalogue: LazyBook = {
  ...CATALOGUE,
  load: () => trustedPriceBook(JSON.parse(readFileSync(cataloguePath(), 'utf8')) as RawBook, CATALOGUE),
};

/** The program runs as a source, as compiled modules, and as a bundle of chunks. */
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

/** The version of a book without one is the hash of its content. */
function readBook(path: string): PriceBook {
  const text = readTextFile(path, path);
  if (text === undefined) {
    throw new PflowError('FILE_NOT_FOUND', `there is no price file ${path}`, {
      hint: 'Check the path after --pricing.',
    });
  }
  // The bytes of the file: text that is UTF-8 has no other ones.
  const sha256 = createHash('sha256').update(text).digest('hex');
  const hint = 'docs/cost.md describes the form of a price file.';
  const json = parseJsonFile({ text, path, code: 'PRICES_INVALID', hint });
  return parsePriceBook(json, { source: basename(path), version: `sha256:${sha256.slice(0, 12)}`, sha256 });
}
