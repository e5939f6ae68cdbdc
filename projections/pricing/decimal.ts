// Amounts as people and JSON see them. Exact first, rounded once, half to even.
import Big from 'big.js';

/** Plain decimal string, no exponent, no trailing zeros: `"0"`, `"0.0105"`. */
export function toDecimal(amount: Big): string {
  const text = amount.toFixed();
  return text === '-0' ? '0' : text;
}

/** Dollars as a JSON number with at most 6 decimals, half to even. */
export function toDollars(amount: Big): number {
  return Number(amount.round(6, Big.roundHalfEven).toFixed()) || 0;
}

/** A count as a JSON number; above 2^53 it is the nearest one. */
export function toNumber(count: number | bigint): number {
  return Number(count);
}

/** A decimal string to so many places, half to even, for people. */
export function roundedTo(places: number, decimal: string): string {
  return new Big(decimal).round(places, Big.roundHalfEven).toFixed(places);
}
