// The library entry `pflow/prices`: price books from the disk, for `createPricing` of `pflow/projections`.
import { catalogue, priceRules, readPriceBooks } from './home/prices/pricing.ts';
import type { PriceBook } from '../projections/pricing/books/price-card.ts';
import type { LazyBook, LazyRules } from '../projections/pricing/create-pricing.ts';

/**
 * Returns the built-in price catalogue, as a list for the option `books` of `createPricing`. USD per million tokens,
 * with dates. The file is read when the first call is priced; that throws PRICES_INVALID if the installation is
 * incomplete.
 */
export function builtInPrices(): readonly LazyBook[] {
  return [catalogue];
}

/**
 * Reads price files of the user, in order of precedence; put them before `builtInPrices()`. Accepts every form that
 * `--pricing` does. Throws FILE_NOT_FOUND, FILE_UNREADABLE or PRICES_INVALID.
 */
export function readPrices(files: readonly string[]): readonly PriceBook[] {
  return readPriceBooks(files);
}

/** What price lists lack, for the option `rules` of `createPricing`: discounts, fast modes, corrections, each dated. */
export function builtInRules(): LazyRules {
  return priceRules;
}
