// Makes the pricing of a page from the books that it holds.
import { parsePriceBook, trustedPriceBook } from '../../projections/pricing/books/parse-price-book.ts';
import type { RawBook } from '../../projections/pricing/books/book-schema.ts';
import { createPricing, type LazyBook, type Pricing } from '../../projections/pricing/create-pricing.ts';
import { compileRules } from '../../projections/pricing/rules/price-rules.ts';
import type { RawRules } from '../../projections/pricing/rules/rule-schema.ts';
import type { PriceSources } from '../../projections/pricing/books/price-sources.ts';

/** `asModel`: prices all calls as calls of this model; throws USAGE for a model without a price. */
export function pagePricing({ books, rules, gateways, costSource }: PriceSources, asModel?: string): Pricing {
  return createPricing({
    books: books.map(({ origin, isTrusted, json }): LazyBook => ({
      ...origin,
      load: () => (isTrusted ? trustedPriceBook(json as RawBook, origin) : parsePriceBook(json, origin)),
    })),
    rules: { date: rules.date, load: () => compileRules(rules.json as RawRules, rules.sha256) },
    gateways,
    ...(asModel === undefined ? { costSource } : { asModel }),
  });
}

/** Names of all models with a price. */
export function pricedModels({ books }: PriceSources): string[] {
  const names = books.flatMap(({ json }) => Object.keys((json as Partial<RawBook>).models ?? {}));
  return [...new Set(names)].sort();
}
