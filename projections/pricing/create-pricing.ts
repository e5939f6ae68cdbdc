// Creates the pricing that projections with costs require: price books in order of precedence, and a policy for unknown
// models. It decides what a call costs per unit; ledgers count the calls.
import type { EventOf } from '../../src/events/event.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import { providerBill, type CostSource } from './call-bill.ts';
import { bookInfo, type BookInfo, type BookOrigin } from './books/book-info.ts';
import { PflowError } from '../../src/errors.ts';
import { callFacts, callTier, NO_FACTS, type CallFacts } from './call-facts.ts';
import { findCards, lookupNames, type PricedAs, type ParsedPrices } from './find-cards.ts';
import { requireInstant } from './instant.ts';
import { nearestNames } from './names/nearest-names.ts';
import { createCallKind, NOT_IN_FORCE, choosePrice, UNKNOWN_MODEL, type CallKind } from './choose-price.ts';
import type { PriceBook } from './books/price-card.ts';
import { isStandardTier, unpricedRate, type Rate } from './rate.ts';
import type { PriceRules } from './rules/price-rules.ts';
import { readUsage, type UsageReading } from './tokens-by-class.ts';
import { present } from '../../src/values/present.ts';

/** A book that is loaded for the first priced call. */
export interface LazyBook extends BookOrigin {
  load(): PriceBook;
}

/** Rules that are loaded for the first priced call. */
export interface LazyRules {
  readonly date: string;
  load(): PriceRules;
}

export type UnknownModel = 'fallback' | 'null' | 'error';

/** Options of `createPricing`. */
export interface PricingOptions {
  /** The first book that knows a model wins. */
  readonly books: readonly (PriceBook | LazyBook)[];
  /** What the books lack, laid over each of them. */
  readonly rules?: LazyRules | undefined;
  /** What gateways charge, by the name before the slash. */
  readonly gateways?: Readonly<Record<string, PricedAs>> | undefined;
  /** Date of the prices (ISO 8601, UTC), instead of the time of each call. */
  readonly asOf?: string | undefined;
  /** Prices all calls as calls of this model. */
  readonly asModel?: string | undefined;
  readonly unknownModel?: UnknownModel | undefined;
  readonly fallbackModel?: string | undefined;
  /** Default: `auto`, or `calculated` with `asOf` or `asModel`: a bill knows no other date and no other model. */
  readonly costSource?: CostSource | undefined;
}

export interface PricingInfo {
  readonly source: string;
  readonly version: string;
  /** null: each call has the prices of its own time. */
  readonly as_of: string | null;
  readonly as_model: string | null;
  readonly unknown_model: UnknownModel;
  readonly cost_source: CostSource;
  /** The day of the price rules; absent without rules. */
  readonly rules?: string;
  /** In order of precedence. */
  readonly books: readonly BookInfo[];
}

/** Finds the price of a call. */
export interface Pricing {
  readonly info: PricingInfo;
  /** What one call costs per unit. Fast after the first call of its kind. Never throws on a permitted event. */
  rateOf(call: ModelCall, reading?: UsageReading): Rate;
  /** Like `rateOf`, by the price books alone: what the call would cost whatever the provider bills. */
  calculatedRateOf(call: ModelCall): Rate;
  /** The most similar known names, as suggestions for users. */
  nearest(model: string): readonly string[];
}

const FALLBACK_MODEL = 'anthropic/claude-sonnet-4-0';

const NO_BILL = unpricedRate('unpriced', 'the provider reported no cost');
const ZERO_BILL = unpricedRate(
  'unpriced',
  'the provider reported a cost of 0, and the price is not known to be 0',
);

const UNMETERED = unpricedRate('unmetered', 'the provider reported no usage');
const FAILED = unpricedRate('unmetered', 'the call failed after its request was sent, and reported no usage');

/** The service tier of a call, or null for standard prices. A usage may have one of its own. */
function serviceTierOf(call: ModelCall): string | null {
  const own = call.type === 'llm.completed' ? call.data.service_tier : undefined;
  const named = (own ?? callTier(call))?.toLowerCase();
  // Vertex writes ON_DEMAND_FLEX, the Gemini API once SERVICE_TIER_FLEX.
  const tier = named?.replace(/^(?:on_demand|service_tier)_/, '');
  return tier === undefined || isStandardTier(tier) ? null : tier;
}

/** What distinguishes the kinds of the completed calls of one model. */
type KindNames = Pick<
  EventOf<'llm.completed'>['data'],
  'response_model' | 'provider' | 'vendor' | 'service_tier'
>;

/** Kinds of calls by model, response model, provider and service tier. Faster than joining the names to one key. */
interface KindTree {
  kind: CallKind | null;
  readonly children: Map<string, KindTree>;
  /** The last leaf that was found from here, and the names that led to it. */
  last: { readonly names: KindNames; readonly leaf: KindTree } | null;
}

const emptyTree = (): KindTree => ({ kind: null, children: new Map(), last: null });

function childOf(tree: KindTree, name: string): KindTree {
  const known = tree.children.get(name);
  if (known !== undefined) return known;
  const child = emptyTree();
  tree.children.set(name, child);
  return child;
}

function leafFor(tree: KindTree, call: ModelCall): KindTree {
  const model = childOf(tree, call.data.model);
  if (call.type === 'llm.failed') {
    const { response_model: answered } = call.data;
    return answered === undefined ? model : childOf(model, answered);
  }
  // Calls of one model are nearly always of one kind.
  if (model.last !== null && areSameNames(model.last.names, call.data)) return model.last.leaf;
  const { response_model, provider, vendor, service_tier } = call.data;
  const tiered = childOf(childOf(childOf(model, response_model ?? ''), provider), service_tier ?? '');
  const leaf = vendor === undefined ? tiered : childOf(tiered, `vendor ${vendor}`);
  model.last = { names: { response_model, provider, vendor, service_tier }, leaf };
  return leaf;
}

function areSameNames(a: KindNames, b: KindNames): boolean {
  return (
    a.response_model === b.response_model &&
    a.provider === b.provider &&
    a.vendor === b.vendor &&
    a.service_tier === b.service_tier
  );
}

function costSourceOf({ costSource = 'auto', asOf, asModel }: PricingOptions): CostSource {
  const other = asModel === undefined ? (asOf === undefined ? null : 'date') : 'model';
  if (other === null || costSource === 'calculated') return costSource;
  if (costSource === 'auto') return 'calculated';
  throw new PflowError('USAGE', `a bill has the price of its call, and not that of another ${other}`, {
    hint: `Leave out --cost-source reported, or --as-${other === 'model' ? 'model' : 'of'}.`,
  });
}

/** The place of calls with these facts. Most calls have no facts. */
function factLeaf(leaf: KindTree, facts: CallFacts, tier: string | undefined): KindTree {
  const place = facts === NO_FACTS ? leaf : childOf(leaf, JSON.stringify(facts));
  return tier === undefined ? place : childOf(place, `tier ${tier}`);
}

/**
 * Creates the pricing that projections with costs need. A book is loaded when the first call is priced. Throws
 * `USAGE` for an `asOf` that is not a date, for an `asModel` that no book knows, and for either with bills only.
 */
export function createPricing(options: PricingOptions): Pricing {
  const { unknownModel = 'fallback', fallbackModel = FALLBACK_MODEL, asModel } = options;
  const costSource = costSourceOf(options);
  const asOf = options.asOf === undefined ? null : requireInstant(options.asOf);
  const kinds = emptyTree();
  const rejections = new Map<string, Rate>();
  let loaded: ParsedPrices | null = null;

  const sources = (): ParsedPrices =>
    (loaded ??= {
      books: options.books.map((book) => ('load' in book ? book.load() : book)),
      rules: options.rules?.load() ?? null,
      gateways: options.gateways ?? {},
    });

  const nearest = (model: string): readonly string[] =>
    nearestNames(
      model,
      sources().books.flatMap((book) => [...book.names.keys()]),
    );

  const findKind = (call: ModelCall, facts: CallFacts): CallKind => {
    const known = findCards(sources(), lookupNames(call, asModel), null);
    if (unknownModel !== 'fallback') return createCallKind(known, serviceTierOf(call), facts);
    const reason = known.length === 0 ? UNKNOWN_MODEL : NOT_IN_FORCE;
    const fallback = findCards(sources(), [{ name: fallbackModel, by: 'fallback' }], reason);
    return createCallKind([...known, ...fallback], serviceTierOf(call), facts);
  };

  if (asModel !== undefined && findCards(sources(), [{ name: asModel, by: 'as_model' }], null).length === 0) {
    throw unknownAsModelError(asModel, nearest(asModel));
  }

  const rejection = (reason: string): Rate => {
    const rate = rejections.get(reason) ?? unpricedRate('rejected', reason);
    rejections.set(reason, rate);
    return rate;
  };

  const calculatedRate = (call: ModelCall, reading: UsageReading): Rate => {
    if (reading.state === 'unmetered') return call.type === 'llm.failed' ? FAILED : UNMETERED;
    if (reading.state === 'rejected') return rejection(reading.reason);
    const facts = callFacts(call);
    const leaf = factLeaf(leafFor(kinds, call), facts, callTier(call));
    return choosePrice((leaf.kind ??= findKind(call, facts)), call, reading, asOf);
  };

  return {
    info: {
      source: options.books.map(({ source }) => source).join(' + '),
      version: options.books.map(({ version }) => version).join(' + '),
      as_of: options.asOf ?? null,
      as_model: asModel ?? null,
      unknown_model: unknownModel,
      cost_source: costSource,
      ...present({ rules: options.rules?.date }),
      books: options.books.map(bookInfo),
    },
    rateOf(call, reading = readUsage(call.data.usage)) {
      if (costSource !== 'reported') return calculatedRate(call, reading);
      const bill = providerBill(call);
      if (bill === undefined) return NO_BILL;
      const rate = calculatedRate(call, reading);
      return bill === 0 && rate.state !== 'free' ? ZERO_BILL : rate;
    },
    calculatedRateOf: (call) => calculatedRate(call, readUsage(call.data.usage)),
    nearest,
  };
}

function unknownAsModelError(model: string, near: readonly string[]): PflowError {
  return new PflowError('USAGE', `no price is known for ${model}, the model to price all calls as`, {
    details: near.length === 0 ? [] : [`known names nearby are ${near.join(', ')}`],
    hint: 'Search with "pflow prices NAME --search", or give its price with --pricing FILE.',
  });
}
