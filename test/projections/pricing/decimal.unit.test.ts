import Big from 'big.js';
import { expect, test } from 'vitest';
import { toDecimal, toDollars, toNumber } from '../../../projections/pricing/decimal.ts';

test('an amount is written without exponent and trailing zeros', () => {
  const written = ['0', '-0', '0.010500', '1e-7', '1e21', '12.30'].map((text) => toDecimal(new Big(text)));
  expect(written).toEqual(['0', '0', '0.0105', '0.0000001', '1000000000000000000000', '12.3']);
});

test('dollars have 6 decimals, and half a millionth is rounded to even', () => {
  const dollars = ['0.0000005', '0.0000015', '0.0000025', '0.00000150001', '0.0000004', '2.675'].map((text) =>
    toDollars(new Big(text)),
  );
  expect(dollars).toEqual([0, 0.000002, 0.000002, 0.000002, 0, 2.675]);
});

test('a count beyond 2^53 becomes the nearest number', () => {
  expect([toNumber(7), toNumber(10n ** 18n)]).toEqual([7, 1e18]);
});
