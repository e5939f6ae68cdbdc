// Amounts of a Parquet column equal exact arithmetic, and rounding is reported.
import Big from 'big.js';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { scaleAmount } from '../../../src/cli/export/tables/decimal-column.ts';

const digits = fc.stringMatching(/^[0-9]{1,30}$/u);

test('an amount is its value times 10^18, rounded half to even', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.stringMatching(/^(0|[1-9][0-9]{0,18})$/u),
      digits,
      (minus, whole, fraction) => {
        const decimal = `${minus ? '-' : ''}${whole}.${fraction}`;
        const { units, exact } = scaleAmount(decimal);
        const scaled = new Big(decimal).times(new Big(10).pow(18));
        expect(units).toBe(BigInt(scaled.round(0, Big.roundHalfEven).toFixed()));
        expect(exact).toBe(scaled.eq(scaled.round(0, Big.roundDown)));
      },
    ),
  );
});

it('refuses an amount that no column can hold', () => {
  expect(() => scaleAmount('100000000000000000000')).toThrow(/too many digits/u);
});
