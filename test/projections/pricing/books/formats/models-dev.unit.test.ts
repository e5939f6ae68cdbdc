// A list of models.dev gives the prices in it. An absent price is not 0.
import { expect, test } from 'vitest';
import { parsePriceBook } from '../../../../../projections/pricing/books/parse-price-book.ts';
import { createPricing } from '../../../../../projections/pricing/create-pricing.ts';
import { priceOfCall } from '../../../../support/model-calls.ts';

const USAGE = { input_tokens: 1_000_000, output_tokens: 1_000_000 };

function priced(cost: unknown, usage: object = USAGE, id = 'one'): unknown {
  const models = { [id]: { id, name: 'One', cost }, other: { id: 'other', cost: { input: 1, output: 1 } } };
  const book = parsePriceBook(
    { acme: { id: 'acme', name: 'Acme', models } },
    { source: 'models.dev', version: '1' },
  );
  const pricing = createPricing({ books: [book], unknownModel: 'null' });
  const { state, cost_usd, doubts } = priceOfCall({ model: `acme/${id}`, usage }, pricing);
  return [state, cost_usd, doubts.map(({ code }) => code)];
}

const UNPRICED = ['unpriced', null, []];
const cost = { input: 1, output: 2 };

test.each([
  ['both prices', cost, ['priced', '3', []]],
  ['an output of 0', { input: 1, output: 0 }, ['priced', '1', []]],
  ['no output price', { input: 1 }, UNPRICED],
  ['no input price', { output: 2 }, UNPRICED],
  ['a price as text', { input: '1', output: 2 }, UNPRICED],
  ['a price of null', { input: null, output: 2 }, UNPRICED],
  ['prices of 0 of a subscription', { input: 0, output: 0 }, UNPRICED],
  ['no cost', undefined, UNPRICED],
  ['a cost of null', null, UNPRICED],
])('a call is priced, or not, by %s', (_name, given, expected) => {
  expect(priced(given)).toEqual(expected);
});

test('prices of 0 are free calls for a name that ends in free', () => {
  expect(priced({ input: 0, output: 0 }, USAGE, 'one:free')).toEqual(['free', '0', []]);
});

test.each([
  ['at 200,000 tokens the lower price counts', 200_000, '0.2'],
  ['above them the higher one', 200_001, '0.600003'],
])('a tier: %s', (_name, input_tokens, expected) => {
  const tiered = { ...cost, context_over_200k: { input: 3, output: 4 } };
  expect(priced(tiered, { input_tokens, output_tokens: 0 })).toEqual(['priced', expected, []]);
});

test('a class without a price has that of its parent, which is a doubt', () => {
  const usage = { input_tokens: 0, cache_read_input_tokens: 1_000_000, output_tokens: 0 };
  expect(priced({ ...cost, cache_read: 0.1 }, usage)).toEqual(['priced', '0.1', []]);
  expect(priced(cost, usage)).toEqual(['priced', '1', ['CLASS_UNPRICED']]);
});

test('the error of a binary float is not part of a price', () => {
  expect(priced({ input: 0.24999999999999997, output: 0.6000000000000001 })).toEqual(['priced', '0.85', []]);
});

test('a provider with the own name of a seller comes before its other names', () => {
  const models = (input: number): object => ({ one: { id: 'one', cost: { input, output: 0 } } });
  const list = {
    'azure-cognitive-services': { id: 'azure-cognitive-services', models: models(5) },
    azure: { id: 'azure', models: models(1) },
  };
  const book = parsePriceBook(list, { source: 'models.dev', version: '1' });
  const usage = { input_tokens: 1_000_000 };
  expect(priceOfCall({ model: 'azure/one', usage }, createPricing({ books: [book] })).cost_usd).toBe('1');
});

test.each([
  ['the same prices count', 1, '1'],
  ['different prices leave the model unknown', 9, null],
])('two names that differ in letter case: %s', (_name, input, expected) => {
  const models = {
    One: { id: 'One', cost: { input: 1, output: 0 } },
    one: { id: 'one', cost: { input, output: 0 } },
  };
  const book = parsePriceBook({ acme: { id: 'acme', models } }, { source: 'models.dev', version: '1' });
  const pricing = createPricing({ books: [book], unknownModel: 'null' });
  expect(priceOfCall({ model: 'acme/one', usage: { input_tokens: 1_000_000 } }, pricing).cost_usd).toBe(
    expected,
  );
});
