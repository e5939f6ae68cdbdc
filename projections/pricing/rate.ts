// Builds rates: what calls of one kind cost per unit according to a card, its tier and its service tier. Each class of
// tokens has its own price or that of its fallback class. Plain frozen data that a ledger can keep.
import { doubtsKey, NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import type { TokenClass } from '../../src/events/usage-counts.ts';
import Big from 'big.js';
import type { Card, CardTier, ClassPrices } from './books/price-card.ts';
import { TOKEN_CLASSES } from '../../src/events/token-classes.ts';

export type PriceState = 'priced' | 'free' | 'estimated' | 'unpriced' | 'rejected' | 'unmetered';

/** The name of a call that led to its price. */
export type PricedBy = 'response_model' | 'model' | 'as_model' | 'fallback';

export interface Rate {
  /** Built from the content: the same in every thread. */
  readonly id: string;
  readonly state: PriceState;
  /** The entry with the price; null without a price. */
  readonly entry: string | null;
  readonly by: PricedBy | null;
  /** How the name was matched. */
  readonly rule: string | null;
  /** The book. */
  readonly source: string | null;
  /** Such as `input > 200000`. */
  readonly tier: string | null;
  readonly service_tier: string | null;
  /** Why the state is not `priced`. */
  readonly reason: string | null;
  /** Doubts about the price of calls with this rate, part of its id. */
  readonly doubts: readonly Doubt[];
  /** USD per million, decimal strings, in the order of `TOKEN_CLASSES`; empty without a price. */
  readonly prices: readonly string[];
  /** For each class, the class whose price it has: itself or its fallback. */
  readonly priced_as: readonly TokenClass[];
  /** USD per 1,000 requests, by name. */
  readonly requests: Readonly<Record<string, string>>;
}

/** The source of a card, and how it was found. */
export interface CardOrigin {
  readonly entry: string;
  readonly by: PricedBy;
  readonly rule: string;
  readonly source: string;
  /** Positions of book and card, which make the id unique. */
  readonly position: string;
  /** Set if the price is only an estimate. */
  readonly reason: string | null;
  /** Doubts about the price that do not make it an estimate. */
  readonly doubts?: readonly Doubt[];
}

export function unpricedRate(state: 'unpriced' | 'rejected' | 'unmetered', reason: string): Rate {
  return Object.freeze({
    id: `${state}: ${reason}`,
    state,
    entry: null,
    by: null,
    rule: null,
    source: null,
    tier: null,
    service_tier: null,
    reason,
    doubts: NO_DOUBTS,
    prices: [],
    priced_as: [],
    requests: {},
  });
}

/** Names that providers use for their standard prices. */
const STANDARD_TIERS = new Set([
  '',
  'standard',
  'default',
  'auto',
  'on_demand',
  'on-demand',
  'standard_only',
  'service_tier_unspecified',
  'service_tier_standard',
]);

export function isStandardTier(name: string): boolean {
  return STANDARD_TIERS.has(name);
}

/** For each class, the class whose price it has without a price of its own. */
const FALLBACK_CLASS: Readonly<Record<TokenClass, TokenClass | null>> = {
  input: null,
  output: null,
  cache_read: 'input',
  cache_write_5m: 'input',
  cache_write_1h: 'cache_write_5m',
  input_audio: 'input',
  input_image: 'input',
  cache_read_audio: 'cache_read',
  cache_read_image: 'cache_read',
  output_audio: 'output',
  output_image: 'output',
  reasoning: 'output',
};

function pricedClass(prices: ClassPrices, name: TokenClass): TokenClass {
  const fallback = FALLBACK_CLASS[name];
  return prices[name] !== undefined || fallback === null ? name : pricedClass(prices, fallback);
}

function scalePrices(prices: ClassPrices, factor: string): ClassPrices {
  const scaled = Object.entries(prices).map(([name, price]) => [
    name,
    new Big(price).times(factor).toFixed(),
  ]);
  return Object.fromEntries(scaled) as ClassPrices;
}

function tierText(tier: CardTier): string {
  return `input ${tier.inclusive ? '>=' : '>'} ${String(tier.above)}`;
}

/** Belong to the card; null for its base prices and for standard prices. */
export function buildRate(
  card: Card,
  tier: CardTier | null,
  serviceTier: string | null,
  origin: CardOrigin,
): Rate {
  const { doubts = NO_DOUBTS } = origin;
  const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
  let own: ClassPrices = { ...card.prices, ...tier?.prices };
  if (special !== undefined && 'multiplier' in special) own = scalePrices(own, special.multiplier);
  else if (special !== undefined) own = { ...card.prices, ...special.prices, ...tier?.prices };
  const priced_as = TOKEN_CLASSES.map((name) => pricedClass(own, name));
  const prices = priced_as.map((name) => own[name] ?? '0');
  const isFree = prices.every((price) => /^0*\.?0*$/.test(price)) && Object.keys(card.requests).length === 0;
  const state = origin.reason !== null ? 'estimated' : isFree ? 'free' : 'priced';
  const tierName = tier === null ? null : tierText(tier);
  const id = [
    state,
    origin.position,
    origin.entry,
    origin.by,
    origin.rule,
    tierName,
    serviceTier,
    origin.reason,
    doubtsKey(doubts),
  ].join('|');
  return Object.freeze({
    id,
    state,
    entry: origin.entry,
    by: origin.by,
    rule: origin.rule,
    source: origin.source,
    tier: tierName,
    service_tier: serviceTier,
    reason: origin.reason,
    doubts,
    prices: Object.freeze(prices),
    priced_as: Object.freeze(priced_as),
    requests: card.requests,
  });
}
