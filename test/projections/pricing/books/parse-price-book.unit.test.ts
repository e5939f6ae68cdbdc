import { describe, expect, test } from 'vitest';
import { PflowError } from '../../../../src/errors.ts';
import { bookInfo } from '../../../../projections/pricing/books/book-info.ts';
import { parsePriceBook } from '../../../../projections/pricing/books/parse-price-book.ts';
import { priceBookOf, MILLION, priceOfCall } from '../../../support/model-calls.ts';
import { createPricing } from '../../../../projections/pricing/create-pricing.ts';

const CARD = { input: 3, output: 15 };

function problemsOf(json: unknown): readonly string[] {
  try {
    priceBookOf(json, 'prices.json');
  } catch (error) {
    if (error instanceof PflowError && error.code === 'PRICES_INVALID')
      return [error.message, ...error.details];
    throw error;
  }
  return [];
}

describe('an invalid price file is rejected with the entry and the reason', () => {
  test.each([
    ['an unknown key', { a: { ...CARD, outptu: 3 } }, '"a": Unrecognized key: "outptu"'],
    ['a negative price', { a: { ...CARD, input: -1 } }, '"a": input: must not be negative'],
    [
      'a negative price as a string',
      { a: { ...CARD, input: '-1' } },
      '"a": input: must be a decimal number that is not negative, such as "0.15"',
    ],
    ['a missing price', { a: { input: 3 } }, '"a": output: Invalid input'],
    ['nothing in it', { a: [] }, '"a": has no price'],
    [
      'a date that does not exist',
      { a: { ...CARD, from: '2026-02-30' } },
      '"a": from: must be a UTC date such as 2026-11-01',
    ],
    [
      'dates that overlap',
      {
        a: [
          { ...CARD, until: '2026-06-02' },
          { ...CARD, from: '2026-06-01' },
        ],
      },
      '"a": open to 2026-06-02 and 2026-06-01 to open overlap',
    ],
    [
      'dates in the wrong order',
      { a: { ...CARD, from: '2026-06-02', until: '2026-06-01' } },
      '"a": 2026-06-02 to 2026-06-01 is not a period of time',
    ],
    [
      'hours that overlap across midnight',
      { a: [CARD, { ...CARD, utc_window: ['22:00', '02:00'] }, { ...CARD, utc_window: ['01:00', '03:00'] }] },
      '"a": open to open and open to open overlap',
    ],
    ['the same price twice', { a: { ...CARD, cache_write: 1, cache_write_5m: 1 } }, 'give one'],
    [
      'one name for two entries',
      { a: CARD, b: { ...CARD, aliases: ['A'] } },
      'the name "a" also belongs to "a"',
    ],
    ['one name in two spellings', { a: CARD, A: CARD }, '"A": is listed twice'],
    [
      'a factor and prices in one service tier',
      { a: { ...CARD, service_tiers: { batch: { multiplier: 0.5, input: 1 } } } },
      '"a": service_tiers.batch: has either a multiplier or prices, not both',
    ],
    ['another currency', { format: 'pflow-prices/1', currency: 'EUR', models: {} }, 'currency: must be USD'],
    ['another format', { format: 'pflow-prices/2', models: {} }, 'format: '],
    ['no object', 'prices', 'has no prices'],
    ['null', null, 'has no prices'],
  ])('%s', (_name, json, message) => {
    const problems = problemsOf(json);
    expect(problems.some((line) => line.includes(message))).toBe(true);
    expect(problems[0]).toContain('prices.json');
  });

  test('all invalid entries are named at once', () => {
    const [, ...details] = problemsOf({ a: { ...CARD, x: 1 }, b: { ...CARD, input: -1 }, c: CARD });
    expect(details).toEqual(['"a": Unrecognized key: "x"', '"b": input: must not be negative']);
  });
});

describe('a valid price file', () => {
  test('the pflow format and the simple format give the same prices', () => {
    const usage = { input_tokens: MILLION, cache_creation_input_tokens: MILLION };
    const simple = priceBookOf({ m: { ...CARD, cache_write: '3.75' } });
    const ours = priceBookOf({
      format: 'pflow-prices/1',
      version: '1',
      currency: 'USD',
      models: { m: { ...CARD, cache_write_5m: 3.75 } },
    });
    for (const book of [simple, ours]) {
      expect(priceOfCall({ model: 'm', usage }, createPricing({ books: [book] })).cost_usd).toBe('6.75');
    }
  });

  test('dates may touch, and hours may overlap a card without hours', () => {
    const book = priceBookOf({
      m: [
        { ...CARD, until: '2026-06-01' },
        { ...CARD, from: '2026-06-01' },
        { ...CARD, utc_window: ['00:30', '16:30'] },
      ],
    });
    expect(book.entry('m').cards).toHaveLength(3);
  });

  test('a price keeps all its digits, as a number or as a string', () => {
    const book = priceBookOf({ m: { input: 0.1, output: '0.0833333333333333' } });
    expect(book.entry('m').cards[0]?.prices).toEqual({ input: '0.1', output: '0.0833333333333333' });
  });
});

describe('the identity of a book', () => {
  const models = { m: CARD };
  const origin = { source: 'prices.json', version: 'sha256:abc', sha256: 'abc' };

  test('a version in the file takes precedence, and gives the day', () => {
    const file = { format: 'pflow-prices/1', version: 'autumn 2026-11-01', models };
    expect(parsePriceBook(file, origin)).toMatchObject({
      source: 'prices.json',
      version: 'autumn 2026-11-01',
      date: '2026-11-01',
      sha256: 'abc',
    });
  });

  test('a file without a version has its hash as version, and no day', () => {
    expect(parsePriceBook(models, origin)).toMatchObject({
      version: 'sha256:abc',
      date: null,
      sha256: 'abc',
    });
    expect(bookInfo({ source: 's', version: '2026-13-01' }).date).toBeNull();
    expect(bookInfo({ source: 's', version: '2026-11-01', date: '2020-01-01' }).date).toBe('2020-01-01');
  });
});
