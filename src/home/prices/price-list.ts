// Defines a list of prices as it was read. It is turned into a book that can be kept.
import { PflowError } from '../../errors.ts';
import type { RawBook, RawModels } from '../../../projections/pricing/books/book-schema.ts';
import { importGenaiModels } from '../../../projections/pricing/books/formats/genai-catalogue.ts';
import { isGenaiPrices } from '../../../projections/pricing/books/formats/genai-prices.ts';
import { bookModels, parsePriceBook } from '../../../projections/pricing/books/parse-price-book.ts';

/** Prices in the form of their source, with where and of when they are. */
export interface PriceList {
  readonly json: unknown;
  readonly source: string;
  readonly version: string;
  /** The day of the prices; null if unknown. */
  readonly date: string | null;
  /** Of the data as they were read. */
  readonly sha256: string;
}

/** Converts a list to the pflow format, and checks every entry. Throws PRICES_INVALID, which names invalid entries. */
export function rawBookOf({ json, source, version, date }: PriceList): RawBook {
  // Checks the list in its own form first: its errors name the entries as their authors know them.
  parsePriceBook(json, { source, version });
  const models: RawModels = isGenaiPrices(json)
    ? importGenaiModels(json)
    : bookModels(json, { source, version });
  if (Object.keys(models).length === 0) {
    throw new PflowError('PRICES_INVALID', `${source} has no prices`, {
      hint: 'Name another source with --from.',
    });
  }
  return {
    format: 'pflow-prices/1',
    version,
    currency: 'USD',
    source,
    imported: true,
    ...(date === null ? {} : { date }),
    models,
  };
}
