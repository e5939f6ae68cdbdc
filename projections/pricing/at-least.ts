// Comparing amounts of money that are exact decimals.
import Big from 'big.js';

/** Whether `amount` reaches `limit`; both in the same unit. */
export function reachesLimit(amount: string, limit: string | number): boolean {
  return new Big(amount).gte(new Big(limit));
}

/** An amount without an exponent. */
export function toPlainDecimal(amount: string | number): string {
  return new Big(amount).toFixed();
}
