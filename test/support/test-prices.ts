// Defines the price book of projection tests: round prices that are easy to check by hand.
import { parsePriceBook } from '../../projections/pricing/books/parse-price-book.ts';
import { createPricing, type Pricing } from '../../projections/pricing/create-pricing.ts';

/** USD per million tokens. */
export interface TestCard {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly cache_write_1h: number;
}

export const SONNET = 'anthropic/claude-sonnet-4-0';
export const MINI = 'openai/gpt-4o-mini';
export const FREE = 'ollama/gratis';
export const UNKNOWN = 'unknown/new-model';

export const TEST_PRICES: Readonly<Record<string, TestCard>> = {
  [SONNET]: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75, cache_write_1h: 6 },
  [MINI]: { input: 0.15, output: 0.6, cache_read: 0.075, cache_write: 0.15, cache_write_1h: 0.15 },
  [FREE]: { input: 0, output: 0, cache_read: 0, cache_write: 0, cache_write_1h: 0 },
};

export function testPricing(prices: Readonly<Record<string, TestCard>> = TEST_PRICES): Pricing {
  const book = parsePriceBook(prices, { source: 'test', version: '1' });
  return createPricing({ books: [book] });
}
