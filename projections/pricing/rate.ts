// What calls of one kind cost per unit, taken from a card: its tier, its service tier, and for each class of
// tokens its own price or its parent's. Plain frozen data that a ledger can keep.
import type { TokenClass } from '../../src/events/usage.ts';
import Big from 'big.js';
import type { Card, CardTier, ClassPrices } from './books/price-card.ts';
import { TOKEN_CLASSES } from '../../src/events/token-classes.ts';

export type PriceState = 'priced' | 'free' | 'estimated' | 'unpriced' | 'rejected' | 'unmetered';

/** Which name of a call led to its price. */
export type PricedBy = 'response_model' | 'model' | 'as_model' | 'fallback';

export interface Rate {
  /** Made from content: the same in every thread. */
  readonly id: string;
  readonly state: PriceState;
  /** The entry that gave the price; null when there is none. */
  readonly entry: string | null;
  readonly by: PricedBy | null;
  /** How that name was matched. */
  readonly rule: string | null;
  /** Which book. */
  readonly source: string | null;
  /** Such as `input > 200000`. */
  readonly tier: string | null;
  readonly service_tier: string | null;
  /** Why the state is not plainly `priced`. */
  readonly reason: string | null;
  /** USD per million, decimal strings, in the order of `TOKEN_CLASSES`; empty when there is none. */
  readonly prices: readonly string[];
  /** Whose price each class has: its own or its parent's. */
  readonly priced_as: readonly TokenClass[];
  /** USD per 1,000 requests, by name. */
  readonly requests: Readonly<Record<string, string>>;
}

/** Where a card comes from and how it was found. */
export interface CardOrigin {
  readonly entry: string;
  readonly by: PricedBy;
  readonly rule: string;
  readonly source: string;
  /** Makes the id unique: book and card by position. */
  readonly position: string;
  /** Set when the price is only an estimate. */
  readonly reason: string | null;
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
    prices: [],
    priced_as: [],
    requests: {},
  });
}

/** Names under which providers mean their plain price list. */
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

/** A class without a price of its own costs what the class named here costs. */
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

function ownerOf(own: ClassPrices, name: TokenClass): TokenClass {
  const parent = FALLBACK_CLASS[name];
  return own[name] !== undefined || parent === null ? name : ownerOf(own, parent);
}

function times(prices: ClassPrices, factor: string): ClassPrices {
  const scaled = Object.entries(prices).map(([name, price]) => [
    name,
    new Big(price).times(factor).toFixed(),
  ]);
  return Object.fromEntries(scaled) as ClassPrices;
}

function tierText(tier: CardTier): string {
  return `input ${tier.inclusive ? '>=' : '>'} ${String(tier.above)}`;
}

/** `tier` and `service` are of the card: `tier` null for the base prices, `service` null for the plain list. */
export function rateOfCard(
  card: Card,
  tier: CardTier | null,
  service: string | null,
  origin: CardOrigin,
): Rate {
  const special = service === null ? undefined : card.serviceTiers.get(service);
  let own: ClassPrices = { ...card.prices, ...tier?.prices };
  if (special !== undefined && 'multiplier' in special) own = times(own, special.multiplier);
  else if (special !== undefined) own = { ...card.prices, ...special.prices, ...tier?.prices };
  const priced_as = TOKEN_CLASSES.map((name) => ownerOf(own, name));
  const prices = priced_as.map((name) => own[name] ?? '0');
  const nothing = prices.every((price) => /^0*\.?0*$/.test(price)) && Object.keys(card.requests).length === 0;
  const state = origin.reason !== null ? 'estimated' : nothing ? 'free' : 'priced';
  const tierName = tier === null ? null : tierText(tier);
  const id = [
    state,
    origin.position,
    origin.entry,
    origin.by,
    origin.rule,
    tierName,
    service,
    origin.reason,
  ].join('|');
  return Object.freeze({
    id,
    state,
    entry: origin.entry,
    by: origin.by,
    rule: origin.rule,
    source: origin.source,
    tier: tierName,
    service_tier: service,
    reason: origin.reason,
    prices: Object.freeze(prices),
    priced_as: Object.freeze(priced_as),
    requests: card.requests,
  });
}
