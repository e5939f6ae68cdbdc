// Calculates what the counts of one call cost, exactly. Most amounts fit whole numbers, which are faster than big.js.
import type { Count } from '../tally/count.ts';
import { costAtRate } from './amount.ts';
import { toDecimal } from './decimal.ts';
import type { Rate } from './rate.ts';

/** In 10^-12 dollars: a price per million tokens has at most six decimals then. */
const UNITS_OF_DOLLAR = 1e12;
const UNIT_DECIMALS = 12;
const PRICE_DECIMALS = 6;
const PRICE = /^(\d+)(?:\.(\d{1,6}))?$/u;

interface WholePrices {
  /** In 10^-12 dollars per token; undefined for a price that is not whole then. */
  readonly tokens: readonly (number | undefined)[];
  /** Names of requests with a price. */
  readonly requests: readonly string[];
}

const known = new WeakMap<Rate, WholePrices>();

/** An exact decimal string in dollars; null without a price. */
export function costOfCall(
  rate: Rate,
  tokens: readonly number[],
  requests: Readonly<Record<string, Count>>,
): string | null {
  if (rate.prices.length === 0) return null;
  const units = unitsOf(wholePrices(rate), tokens, requests);
  return units === undefined
    ? toDecimal(costAtRate({ calls: 1, tokens, requests }, rate))
    : unitsToDecimal(units);
}

function wholePrices(rate: Rate): WholePrices {
  const prices = known.get(rate);
  if (prices !== undefined) return prices;
  const made = { tokens: rate.prices.map(unitsPerToken), requests: Object.keys(rate.requests) };
  known.set(rate, made);
  return made;
}

function unitsPerToken(price: string): number | undefined {
  const [, whole, fraction = ''] = PRICE.exec(price) ?? [];
  return whole === undefined ? undefined : Number(`${whole}${fraction.padEnd(PRICE_DECIMALS, '0')}`);
}

/** Undefined where whole numbers do not hold the sum, or a request has a price. */
function unitsOf(
  prices: WholePrices,
  tokens: readonly number[],
  requests: Readonly<Record<string, Count>>,
): number | undefined {
  for (const name of prices.requests)
    if (name === 'request' || Object.hasOwn(requests, name)) return undefined;
  let sum = 0;
  for (let index = 0; index < prices.tokens.length; index += 1) {
    const count = tokens[index] ?? 0;
    const price = prices.tokens[index];
    if (count === 0) continue;
    if (price === undefined || count < 0) return undefined;
    // No summand is negative: one that is not exact makes the sum too large.
    sum += count * price;
  }
  return Number.isSafeInteger(sum) ? sum : undefined;
}

function unitsToDecimal(units: number): string {
  const rest = units % UNITS_OF_DOLLAR;
  const whole = String((units - rest) / UNITS_OF_DOLLAR);
  if (rest === 0) return whole;
  const digits = String(rest).padStart(UNIT_DECIMALS, '0');
  let end = UNIT_DECIMALS;
  while (digits.charAt(end - 1) === '0') end -= 1;
  return `${whole}.${digits.slice(0, end)}`;
}
