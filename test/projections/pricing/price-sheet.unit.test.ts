import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../projections/pricing/books/catalogue-version.ts';
import { priceSheet } from '../../../projections/pricing/price-sheet.ts';
import type { PriceBook } from '../../../projections/pricing/books/price-card.ts';
import type { PriceSheet } from '../../../projections/pricing/price-sheet.ts';
import { searchPrices } from '../../../projections/pricing/search-prices.ts';
import { priceBookOf, catalogue, rules } from '../../support/model-calls.ts';

const sheetOf = (books: readonly PriceBook[], model: string, at: number): PriceSheet | null =>
  priceSheet({ books, rules }, model, at);

const NOW = Date.parse('2026-11-22T09:30:00.000Z');

describe('the price sheet of a model', () => {
  test('has the rule, the book and one row for each tier and service tier', () => {
    expect(sheetOf([catalogue], 'claude-sonnet-4-5', NOW)).toEqual({
      model: 'claude-sonnet-4-5',
      entry: 'anthropic/claude-sonnet-4-5',
      rule: 'alias',
      names: ['anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5', 'claude-sonnet-4.5'],
      book: { ...CATALOGUE },
      dated: [
        {
          from: null,
          until: null,
          utc_window: null,
          days: null,
          in_force: true,
          rows: [
            {
              tier: null,
              service_tier: null,
              prices: {
                input: '3',
                output: '15',
                cache_read: '0.3',
                cache_write_5m: '3.75',
                cache_write_1h: '6',
              },
            },
            {
              tier: 'input > 200000',
              service_tier: null,
              prices: {
                input: '6',
                output: '22.5',
                cache_read: '0.6',
                cache_write_5m: '7.5',
                cache_write_1h: '12',
              },
            },
            {
              tier: null,
              service_tier: 'batch',
              prices: {
                input: '1.5',
                output: '7.5',
                cache_read: '0.15',
                cache_write_5m: '1.875',
                cache_write_1h: '3',
              },
            },
            {
              tier: 'input > 200000',
              service_tier: 'batch',
              prices: {
                input: '3',
                output: '11.25',
                cache_read: '0.3',
                cache_write_5m: '3.75',
                cache_write_1h: '6',
              },
            },
          ],
          requests: { web_search: '10', web_fetch: '0' },
        },
      ],
      doubts: [],
      conditions: [],
      also_in: [],
    });
  });

  test('marks the price in force, to the millisecond', () => {
    const inForce = (at: string): (boolean | undefined)[] | undefined =>
      sheetOf([catalogue], 'openai/o3', Date.parse(at))?.dated.map(({ in_force }) => in_force);
    expect(inForce('2025-06-09T23:59:59.999Z')).toEqual([true, false]);
    expect(inForce('2025-06-10T00:00:00.000Z')).toEqual([false, true]);
  });

  test('has dates and hours in the form of a price file', () => {
    const card = { input: 1, output: 1 };
    const book = priceBookOf({
      m: [
        { ...card, until: '2026-06-01T12:30:15Z' },
        { ...card, from: '2026-06-01T12:30:15Z' },
        { ...card, from: '2026-06-02', utc_window: ['16:30', '00:30:05'] },
      ],
    });
    const dated = sheetOf([book], 'm', NOW)?.dated ?? [];
    expect(dated.map(({ from, until, utc_window }) => [from, until, utc_window])).toEqual([
      [null, '2026-06-01T12:30:15Z', null],
      ['2026-06-01T12:30:15Z', null, null],
      ['2026-06-02', null, ['16:30', '00:30:05']],
    ]);
  });

  test('is that of the first book with a price in force, and names the others', () => {
    const later = priceBookOf({ m: { input: 1, output: 1, from: '2027-01-01' } }, 'later');
    const now = priceBookOf({ m: { input: 2, output: 2 } }, 'now');
    const sheet = sheetOf([later, now], 'm', NOW);
    expect([sheet?.book.source, sheet?.also_in]).toEqual([
      'now',
      [{ source: 'later', entry: 'm', rule: 'exact' }],
    ]);
    expect(sheetOf([later], 'm', NOW)?.dated.map(({ in_force }) => in_force)).toEqual([false]);
  });

  test("is null for an unknown model, and free for a model on the user's machine", () => {
    expect(sheetOf([catalogue], 'gpt-40', NOW)).toBeNull();
    expect(sheetOf([catalogue], 'ollama/llama3', NOW)).toMatchObject({
      rule: 'local model',
      book: { source: 'built in' },
      dated: [{ rows: [{ prices: { input: '0', output: '0' } }] }],
    });
  });
});

describe('a search', () => {
  const books = [
    priceBookOf({ 'acme/large': { input: 1, output: 2, aliases: ['our-large'] } }, 'mine'),
    priceBookOf({ 'acme/large': { input: 9, output: 9 }, 'acme/small': { input: 3, output: 4 } }, 'theirs'),
  ];
  const entries = (text: string): string[] => searchPrices(books, text, NOW).map(({ entry }) => entry);

  test('finds all words in one name in any case, and the first book wins', () => {
    expect(searchPrices(books, 'ACME', NOW)).toEqual([
      { entry: 'acme/large', input: '1', output: '2', source: 'mine' },
      { entry: 'acme/small', input: '3', output: '4', source: 'theirs' },
    ]);
    expect([entries('large our'), entries('acme our'), entries('zzz')]).toEqual([['acme/large'], [], []]);
  });

  test('an entry without a price in force has no amounts', () => {
    const book = priceBookOf({ m: { input: 1, output: 1, from: '2027-01-01' } });
    expect(searchPrices([book], 'm', NOW)).toEqual([
      { entry: 'm', input: null, output: null, source: 'test' },
    ]);
  });
});
