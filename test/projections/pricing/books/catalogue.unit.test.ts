import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importCatalogue } from '../../../../scripts/import-prices.ts';
import type { RawBook } from '../../../../projections/pricing/books/book-schema.ts';
import { CATALOGUE } from '../../../../projections/pricing/books/catalogue-version.ts';
import {
  cataloguePriceBook,
  parsePriceBook,
} from '../../../../projections/pricing/books/parse-price-book.ts';
import { CATALOGUE_TEXT, MILLION, priceOfCall } from '../../../support/model-calls.ts';

const VERSION_MODULE = new URL('../../../../projections/pricing/books/catalogue-version.ts', import.meta.url);

describe('the built-in prices', () => {
  test('importing them again gives the same bytes', async () => {
    const { catalogue, versionModule } = await importCatalogue(CATALOGUE.date);
    expect(catalogue === CATALOGUE_TEXT).toBe(true);
    expect(versionModule).toBe(readFileSync(VERSION_MODULE, 'utf8'));
  });

  test('they are a valid price file', () => {
    const book = parsePriceBook(JSON.parse(CATALOGUE_TEXT), CATALOGUE);
    expect(book.names.size).toBeGreaterThan(2000);
    const fast = cataloguePriceBook(JSON.parse(CATALOGUE_TEXT) as RawBook, CATALOGUE);
    expect(fast.names).toEqual(book.names);
  });

  test('they are small enough to load for one command', () => {
    expect(CATALOGUE_TEXT.length).toBeLessThan(400_000);
  });

  test.each([
    ['anthropic/claude-3-haiku-20240307', '0.25', '1.25'],
    ['anthropic/claude-sonnet-4-0', '3', '15'],
    ['gpt-4', '30', '60'],
    ['gpt-4o-mini', '0.15', '0.6'],
  ])('%s has its published price', (model, input, output) => {
    expect(priceOfCall({ model, usage: { input_tokens: MILLION } }).cost_usd).toBe(input);
    expect(priceOfCall({ model, usage: { output_tokens: MILLION } }).cost_usd).toBe(output);
    expect(priceOfCall({ model, usage: { input_tokens: MILLION } }).state).toBe('priced');
  });

  test('a cost is tokens times the price per million, to the last digit', () => {
    const usage = { input_tokens: 1250, output_tokens: 600 };
    expect(priceOfCall({ model: 'anthropic/claude-sonnet-4-0', usage }).cost_usd).toBe('0.01275');
    expect(priceOfCall({ model: 'anthropic/claude-3-haiku-20240307', usage }).cost_usd).toBe('0.0010625');
    expect(priceOfCall({ model: 'gpt-4', usage }).cost_usd).toBe('0.0735');
    expect(priceOfCall({ model: 'gpt-4o-mini', usage }).cost_usd).toBe('0.0005475');
  });
});
