// Calculates what one call cost, part by part, for views that show single calls.
import type { Doubt } from '../../src/events/doubts.ts';
import { callDoubts } from './call-doubts.ts';
import { billOf } from './call-bill.ts';
import { costOfCall } from './call-cost.ts';
import type { TokenClass } from '../../src/events/usage-counts.ts';
import Big from 'big.js';
import { toDecimal } from './decimal.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { Pricing } from './create-pricing.ts';
import type { PriceState, Rate } from './rate.ts';
import { amountOf } from './amount.ts';
import { TOKEN_CLASSES } from '../../src/events/token-classes.ts';
import { readUsage } from './tokens-by-class.ts';

export interface CallPart {
  /** A class of tokens, or the name of a server-tool request. */
  readonly what: string;
  readonly count: number;
  /** The class whose price it has: its own or its fallback; null for requests. */
  readonly priced_as: TokenClass | null;
  /** USD per million tokens, or per 1,000 requests. */
  readonly price: string;
  readonly amount_usd: string;
}

export interface CallPrice {
  readonly state: PriceState;
  /** Exact decimal string; null if unpriced, rejected or unmetered. For a reused call: what it would have cost. */
  readonly cost_usd: string | null;
  readonly reused: boolean;
  readonly rate: Rate;
  /** About its usage and about its price. */
  readonly doubts: readonly Doubt[];
}

function tokenParts(rate: Rate, tokens: readonly number[]): CallPart[] {
  return TOKEN_CLASSES.flatMap((what, index) => {
    const count = tokens[index] ?? 0;
    const price = rate.prices[index];
    if (count === 0 || price === undefined) return [];
    const amount_usd = toDecimal(amountOf(count, price, 'million'));
    return [{ what, count, priced_as: rate.priced_as[index] ?? what, price, amount_usd }];
  });
}

function requestParts(rate: Rate, requests: Readonly<Record<string, number>>): CallPart[] {
  return Object.entries(rate.requests).flatMap(([what, price]) => {
    const count = what === 'request' ? 1 : Object.hasOwn(requests, what) ? (requests[what] ?? 0) : 0;
    if (count === 0) return [];
    return [
      { what, count, priced_as: null, price, amount_usd: toDecimal(amountOf(count, price, 'thousand')) },
    ];
  });
}

/** Lists the parts of a call that have a price, including free ones. */
export function partsAt(
  rate: Rate,
  tokens: readonly number[],
  requests: Readonly<Record<string, number>>,
): { readonly cost_usd: string | null; readonly parts: readonly CallPart[] } {
  if (rate.prices.length === 0) return { cost_usd: null, parts: [] };
  const parts = [...tokenParts(rate, tokens), ...requestParts(rate, requests)];
  const sum = parts.reduce((total, part) => total.plus(part.amount_usd), new Big(0));
  return { cost_usd: toDecimal(sum), parts };
}

const KNOWN_STATES: readonly PriceState[] = ['priced', 'free', 'reported'];

/** Whether nothing about the amount is unknown, estimated or doubtful. */
export function isExactPrice({ state, doubts }: CallPrice): boolean {
  return KNOWN_STATES.includes(state) && doubts.length === 0;
}

const NO_REQUESTS = {};

/** Its parts are those of `partsAt`. */
export function priceCall(pricing: Pricing, call: ModelCall): CallPrice {
  const reading = readUsage(call.data.usage);
  const rate = pricing.rateOf(call, reading);
  const reused = call.type === 'llm.completed' && call.data.reused !== undefined;
  const tokens = reading.state === 'metered' ? reading.tokens : [];
  const bill = billOf(call, rate, pricing.info);
  const own = callDoubts(call, reading, rate, pricing.info);
  return {
    state: bill === undefined ? rate.state : 'reported',
    reused,
    rate,
    doubts: bill === undefined ? [...own, ...rate.doubts] : own,
    cost_usd:
      bill === undefined
        ? costOfCall(rate, tokens, call.data.usage?.requests ?? NO_REQUESTS)
        : toDecimal(new Big(bill)),
  };
}
