// Creates the pricing that projections with costs require: price books in order of precedence, and a policy for unknown
// models. It decides what a call costs per unit; ledgers count the calls.
import type { ModelCall } from '../../src/events/model-call.ts';
import { bookInfo, type BookInfo, type BookOrigin } from './books/book-info.ts';
import { findCards, lookupNames } from './find-cards.ts';
import { requireInstant } from './instant.ts';
import { nearestNames } from './names/nearest-names.ts';
import { createCallKind, NOT_IN_FORCE, choosePrice, UNKNOWN_MODEL, type CallKind } from './choose-price.ts';
import type { PriceBook } from './books/price-card.ts';
import { isStandardTier, unpricedRate, type Rate } from './rate.ts';
import { readUsage, type UsageReading } from './read-usage.ts';

/** A book that is loaded for the first priced call. */
export interface LazyBook extends BookOrigin {
  load(): PriceBook;
}

export type UnknownModel = 'fallback' | 'null' | 'error';

/** Options of `createPricing`. */
export interface PricingOptions {
  /** The first book that knows a model wins. */
  readonly books: readonly (PriceBook | LazyBook)[];
  /** Date of the prices (ISO 8601, UTC), instead of the time of each call. */
  readonly asOf?: string | undefined;
  /** Prices all calls as calls of this model. */
  readonly asModel?: string | undefined;
  readonly unknownModel?: UnknownModel | undefined;
  readonly fallbackModel?: string | undefined;
}

export interface PricingInfo {
  readonly source: string;
  readonly version: string;
  /** null: each call has the prices of its own time. */
  readonly as_of: string | null;
  readonly as_model: string | null;
  readonly unknown_model: UnknownModel;
  /** In order of precedence. */
  readonly books: readonly BookInfo[];
}

/** Finds the price of a call. */
export interface Pricing {
  readonly info: PricingInfo;
  /** What one call costs per unit. Fast after the first call of its kind. Never throws on a permitted event. */
  rateOf(call: ModelCall, reading?: UsageReading): Rate;
  /** The most similar known names, as suggestions for users. */
  nearest(model: string): readonly string[];
}

const FALLBACK_MODEL = 'anthropic/claude-sonnet-4-0';

const UNMETERED = unpricedRate('unmetered', 'the provider reported no usage');

/** The service tier of a call, or null for standard prices. */
function serviceTierOf(call: ModelCall): string | null {
  const tier = call.type === 'llm.completed' ? call.data.service_tier?.toLowerCase() : undefined;
  return tier === undefined || isStandardTier(tier) ? null : tier;
}

/** Kinds of calls by model, response model, provider and service tier. Faster than joining the names to one key. */
interface KindTree {
  kind: CallKind | null;
  readonly children: Map<string, KindTree>;
}

const emptyTree = (): KindTree => ({ kind: null, children: new Map() });

function childOf(tree: KindTree, name: string): KindTree {
  const known = tree.children.get(name);
  if (known !== undefined) return known;
  const child = emptyTree();
  tree.children.set(name, child);
  return child;
}

function leafFor(tree: KindTree, call: ModelCall): KindTree {
  const model = childOf(tree, call.data.model);
  if (call.type === 'llm.failed') return model;
  const { response_model = '', provider, service_tier = '' } = call.data;
  return childOf(childOf(childOf(model, response_model), provider), service_tier);
}

/**
 * Creates the pricing that projections with costs need. A book is loaded when the first call is priced. Throws
 * `USAGE` for an `asOf` that is not a date.
 */
export function createPricing(options: PricingOptions): Pricing {
  const { unknownModel = 'fallback', fallbackModel = FALLBACK_MODEL, asModel } = options;
  const asOf = options.asOf === undefined ? null : requireInstant(options.asOf);
  const kinds = emptyTree();
  const rejections = new Map<string, Rate>();
  let loaded: readonly PriceBook[] | null = null;

  const books = (): readonly PriceBook[] =>
    (loaded ??= options.books.map((book) => ('load' in book ? book.load() : book)));

  const findKind = (call: ModelCall): CallKind => {
    const known = findCards(books(), lookupNames(call, asModel), null);
    if (unknownModel !== 'fallback') return createCallKind(known, serviceTierOf(call));
    const reason = known.length === 0 ? UNKNOWN_MODEL : NOT_IN_FORCE;
    const fallback = findCards(books(), [{ name: fallbackModel, by: 'fallback' }], reason);
    return createCallKind([...known, ...fallback], serviceTierOf(call));
  };

  const rejection = (reason: string): Rate => {
    const rate = rejections.get(reason) ?? unpricedRate('rejected', reason);
    rejections.set(reason, rate);
    return rate;
  };

  return {
    info: {
      source: options.books.map(({ source }) => source).join(' + '),
      version: options.books.map(({ version }) => version).join(' + '),
      as_of: options.asOf ?? null,
      as_model: asModel ?? null,
      unknown_model: unknownModel,
      books: options.books.map(bookInfo),
    },
    rateOf(call, reading = readUsage(call.data.usage)) {
      if (reading.state === 'unmetered') return UNMETERED;
      if (reading.state === 'rejected') return rejection(reading.reason);
      const leaf = leafFor(kinds, call);
      return choosePrice((leaf.kind ??= findKind(call)), call, reading.inputTokens, asOf);
    },
    nearest: (model) =>
      nearestNames(
        model,
        books().flatMap((book) => [...book.names.keys()]),
      ),
  };
}
