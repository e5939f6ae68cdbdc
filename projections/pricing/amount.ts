// Multiplies counts by prices in exact decimals.
import Big from 'big.js';
import type { Count } from '../tally/count.ts';
import type { Rate } from './rate.ts';

/** Multiplies a count of units by a price per million or per thousand, in USD. */
export function amountOf(count: Count, price: string, per: 'million' | 'thousand'): Big {
  const exact = new Big(price).times(count.toString());
  // big.js multiplies exactly, while its division rounds.
  return exact.times(per === 'million' ? '1e-6' : '1e-3');
}

/** Counts that share one rate. `tokens` are in the order of `TOKEN_CLASSES`. */
export interface RatedCounts {
  readonly calls: number;
  readonly tokens: readonly Count[];
  readonly requests: Readonly<Record<string, Count>>;
}

export function costAtRate({ calls, tokens, requests }: RatedCounts, rate: Rate): Big {
  let sum = new Big(0);
  for (const [index, price] of rate.prices.entries()) {
    const count = tokens[index] ?? 0;
    if (count !== 0) sum = sum.plus(amountOf(count, price, 'million'));
  }
  for (const [name, price] of Object.entries(rate.requests)) {
    const times = name === 'request' ? calls : Object.hasOwn(requests, name) ? (requests[name] ?? 0) : 0;
    if (times !== 0) sum = sum.plus(amountOf(times, price, 'thousand'));
  }
  return sum;
}
