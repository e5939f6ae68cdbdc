// Builds rates: what calls of one kind cost per unit according to a card, its tier and its service tier. Each class of
// tokens has its own price or that of its fallback class. Plain frozen data that a ledger can keep.
import { doubtsKey, NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import type { TokenClass } from '../../src/events/usage-counts.ts';
import Big from 'big.js';
import type { Card, CardTier, ClassPrices } from './books/price-card.ts';
import { TOKEN_CLASSES } from '../../src/events/token-classes.ts';

export type PriceState = 'priced' | 'free' | 'reported' | 'estimated' | 'unpriced' | 'rejected' | 'unmetered';

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

/**
 * For each class, the class whose price it has without a price of its own. Audio never has that of
 * text, which costs a fraction.
 */
const FALLBACK_CLASS: Readonly<Record<TokenClass, TokenClass | null>> = {
  input: null,
  output: null,
  cache_read: 'input',
  cache_write_5m: 'input',
  cache_write_1h: 'cache_write_5m',
  input_audio: null,
  input_image: 'input',
  cache_read_audio: 'input_audio',
  cache_read_image: 'cache_read',
  output_audio: null,
  output_image: 'output',
  reasoning: 'output',
};

/** `same`: classes that have the price of another one by the provider's word. */
function pricedClass(prices: ClassPrices, name: TokenClass, same: Card['samePrice']): TokenClass {
  const fallback = same[name] ?? FALLBACK_CLASS[name];
  return prices[name] !== undefined || fallback === null ? name : pricedClass(prices, fallback, same);
}

/** True if the provider states on the whole way whose price a class has. */
function isPricedBySource(prices: ClassPrices, name: TokenClass, same: Card['samePrice']): boolean {
  if (prices[name] !== undefined) return true;
  const as = same[name];
  return as !== undefined && isPricedBySource(prices, as, same);
}

/** Describes what a price of another class assumes; null if nothing. */
function assumptionFor(
  prices: ClassPrices,
  name: TokenClass,
  as: TokenClass,
  same: Card['samePrice'],
): Doubt | null {
  if (name === 'input' || name === 'output' || name === 'reasoning') return null;
  const what = `${name.replace('cache_write_5m', 'cache_write')} tokens`;
  if (prices[as] === undefined) {
    return { code: 'CLASS_UNPRICED', reason: `${what} have no price and are not in the amount` };
  }
  if (as === name || isPricedBySource(prices, name, same)) return null;
  return { code: 'CLASS_UNPRICED', reason: `${what} have the price of ${as} tokens` };
}

/** A service tier with prices of its own that lacks that of a class: the class has its standard price. */
function tierAssumption({ card, serviceTier }: CardUse, name: TokenClass): Doubt | null {
  const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
  if (special === undefined || card.prices[name] === undefined) return null;
  if ('multiplier' in special) return factorAssumption(card, serviceTier, name);
  if (special.prices[name] !== undefined || serviceTier === null) return null;
  return {
    code: 'CLASS_UNPRICED',
    reason: `${name} tokens have no price in service tier "${serviceTier}"; they have the standard one`,
  };
}

/** Providers do not always add the discount of a batch to that of the cache. */
function factorAssumption(card: Card, serviceTier: string | null, name: TokenClass): Doubt | null {
  if (serviceTier === null || !card.uncertainCacheTiers.includes(serviceTier)) return null;
  if (!name.startsWith('cache_read')) return null;
  return {
    code: 'CLASS_UNPRICED',
    reason: `${name} tokens may have no further discount in service tier "${serviceTier}"`,
  };
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

/** How a card applies to calls of one kind. */
export interface CardUse {
  readonly card: Card;
  /** Null for its base prices. */
  readonly tier: CardTier | null;
  /** One of the card; null for standard prices. */
  readonly serviceTier: string | null;
  /** Cards with a condition that the calls meet, in the order of the book. */
  readonly overlays: readonly AppliedOverlay[];
}

/** A card with a condition, and its tier for the size of the call. */
export interface AppliedOverlay {
  readonly card: Card;
  readonly tier: CardTier | null;
}

function pricesFor({ card, tier, serviceTier, overlays }: CardUse): ClassPrices {
  const special = serviceTier === null ? undefined : card.serviceTiers.get(serviceTier);
  let own: ClassPrices = { ...card.prices, ...tier?.prices };
  for (const overlay of overlays) own = { ...own, ...overlay.card.prices, ...overlay.tier?.prices };
  if (special !== undefined && 'multiplier' in special) own = scalePrices(own, special.multiplier);
  else if (special !== undefined) own = { ...card.prices, ...special.prices, ...tier?.prices };
  for (const { card: overlay } of overlays) {
    if (overlay.multiplier !== null) own = scalePrices(own, overlay.multiplier);
  }
  return own;
}

/** `speed fast`, `input > 200000` */
export const conditionTexts = ({ card, tier }: AppliedOverlay): string[] => [
  ...Object.entries(card.when ?? {}).map(([fact, values]) => `${fact} ${values.join('/')}`),
  ...(tier === null ? [] : [tierText(tier)]),
];

function tierName({ tier, overlays }: CardUse): string | null {
  const parts = new Set([...(tier === null ? [] : [tierText(tier)]), ...overlays.flatMap(conditionTexts)]);
  return parts.size === 0 ? null : [...parts].join(', ');
}

export interface BuiltRate {
  readonly rate: Rate;
  /** Classes whose tokens raise a doubt, by position in `TOKEN_CLASSES`. */
  readonly assumptions: readonly { readonly at: number; readonly doubt: Doubt }[];
}

/** Builds the rate of calls. Some doubts depend on the classes of tokens that a call has. */
export function buildRate(use: CardUse, origin: CardOrigin): BuiltRate {
  const own = pricesFor(use);
  const same = use.card.samePrice;
  const found = TOKEN_CLASSES.map((name) => pricedClass(own, name, same));
  const prices = found.map((name) => own[name] ?? '0');
  const priced_as = TOKEN_CLASSES.map((name, at) =>
    own[found[at] ?? name] === undefined ? name : (found[at] ?? name),
  );
  const requests = Object.assign(
    {},
    use.card.requests,
    ...use.overlays.map(({ card }) => card.requests),
  ) as Readonly<Record<string, string>>;
  const isFree = isZero(prices) && isZero(Object.values(requests));
  const state = origin.reason !== null ? 'estimated' : isFree ? 'free' : 'priced';
  const tier = tierName(use);
  const doubts = origin.doubts ?? NO_DOUBTS;
  const { entry, by, rule, source, reason } = origin;
  const names = [state, origin.position, entry, by, rule, tier, use.serviceTier, reason, doubtsKey(doubts)];
  // The position is that of the card below: only the prices distinguish cards with one condition and other dates.
  const overlaid = use.overlays.length === 0 ? [] : [prices.join(), JSON.stringify(requests)];
  const id = [...names, ...overlaid].join('|');
  const rate = Object.freeze({
    id,
    state,
    entry,
    by,
    rule,
    source,
    tier,
    service_tier: use.serviceTier,
    reason,
    doubts,
    prices: Object.freeze(prices),
    priced_as: Object.freeze(priced_as),
    requests,
  } as const);
  const assumptions = TOKEN_CLASSES.flatMap((name, at) => {
    const doubt =
      assumptionFor(own, name, priced_as[at] ?? name, same) ?? tierAssumption(use, priced_as[at] ?? name);
    return doubt === null ? [] : [{ at, doubt }];
  });
  return { rate, assumptions: isFree ? [] : assumptions };
}

const isZero = (prices: readonly string[]): boolean => prices.every((price) => /^0*\.?0*$/.test(price));
