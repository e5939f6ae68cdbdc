// The cost of a call is the sum of its parts, to the last digit.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOfCall } from '../../../projections/pricing/call-cost.ts';
import { partsAt } from '../../../projections/pricing/price-call.ts';
import { unpricedRate, type Rate } from '../../../projections/pricing/rate.ts';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';

const price = fc.oneof(
  fc.constantFrom('0', '3', '0.075', '18.75', '0.000001', '0.0000001', '999999999.999999', '-1'),
  fc.tuple(fc.nat(10_000), fc.nat(99_999_999)).map(([whole, part]) => `${String(whole)}.${String(part)}`),
);
const count = fc.oneof(fc.nat(2_000_000), fc.constantFrom(0, 1, 10 ** 6, Number.MAX_SAFE_INTEGER));
const classes = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: TOKEN_CLASSES.length, maxLength: TOKEN_CLASSES.length });
const names = fc.constantFrom('request', 'web_search', 'toString');

function rateOf(prices: readonly string[], requests: Readonly<Record<string, string>>): Rate {
  return { ...unpricedRate('unpriced', 'a test'), prices, requests, priced_as: TOKEN_CLASSES };
}

test('the cost of a call is the sum of its parts', () => {
  fc.assert(
    fc.property(
      classes(price),
      classes(count),
      fc.dictionary(names, price, { maxKeys: 1 }),
      fc.dictionary(names, fc.nat(9), { maxKeys: 2 }),
      (prices, tokens, priced, requests) => {
        const rate = rateOf(prices, priced);
        expect(costOfCall(rate, tokens, requests)).toBe(partsAt(rate, tokens, requests).cost_usd);
      },
    ),
    { numRuns: 400 },
  );
});

test.each([
  ['3', 1_000_000, '3'],
  ['0.075', 1, '0.000000075'],
  ['0.000001', 1, '0.000000000001'],
  ['0.0000001', 1, '0.0000000000001'],
  ['9007.199254', 1_000_000, '9007.199254'],
  ['9007.199255', 1_000_000, '9007.199255'],
])('at %s per million, %d tokens cost %s', (perMillion, tokens, cost) => {
  expect(costOfCall(rateOf([perMillion], {}), [tokens], {})).toBe(cost);
});

test('a call without a price has no cost', () => {
  expect(costOfCall(rateOf([], {}), [5], {})).toBeNull();
});
