// Writes and compares exact amounts. Each is rounded at most once, half to even.
import Big from 'big.js';

/** Writes an amount without exponent and trailing zeros: `"0"`, `"0.0105"`. */
export function toDecimal(amount: Big): string {
  const text = amount.toFixed();
  return text === '-0' ? '0' : text;
}

/** Rounds dollars to a JSON number with at most 6 decimals, half to even. */
export function toDollars(amount: Big): number {
  return Number(amount.round(6, Big.roundHalfEven).toFixed()) || 0;
}

/** Converts a count to a JSON number, above 2^53 to the nearest one. */
export function toNumber(count: number | bigint): number {
  return Number(count);
}

/** Rounds a decimal string to a number of places, half to even, for display. */
export function roundedTo(places: number, decimal: string): string {
  return new Big(decimal).round(places, Big.roundHalfEven).toFixed(places);
}

/** Writes an amount without exponent. */
export function toPlainDecimal(amount: string | number): string {
  return new Big(amount).toFixed();
}

/** Adds an amount to a decimal string. */
export function addAmounts(decimal: string, more: number): string {
  return more === 0 ? decimal : toDecimal(new Big(decimal).plus(more));
}

/** Adds decimal strings, exactly. */
export function sumAmounts(decimals: readonly string[]): string {
  return toDecimal(decimals.reduce((sum, decimal) => sum.plus(decimal), new Big(0)));
}

/** Compares two amounts in the same unit. */
export function isAtLeast(amount: string, limit: string | number): boolean {
  return new Big(amount).gte(new Big(limit));
}
