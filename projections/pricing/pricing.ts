// The value that projections with costs are made with: price books in order of precedence and a policy for
// what they do not know. It decides what a call costs per unit, and never how often anything was called.
import type { ModelCall } from '../../src/events/model-call.ts';
import { bookInfo, type BookInfo, type BookOrigin } from './books/book-info.ts';
import { findCards, lookupNames } from './find-cards.ts';
import { requireInstant } from './require-instant.ts';
import { nearestNames } from './names/nearest-names.ts';
import { callKind, NOT_IN_FORCE, choosePrice, UNKNOWN_MODEL, type CallKind } from './choose-price.ts';
import type { PriceBook } from './books/price-card.ts';
import { isStandardTier, unpricedRate, type Rate } from './rate.ts';
import { readUsage, type UsageReading } from './read-usage.ts';

/** A book that is loaded at the first priced call. */
export interface LazyBook extends BookOrigin {
  load(): PriceBook;
}

export type UnknownModel = 'fallback' | 'null' | 'error';

export interface PricingOptions {
  /** The first book that knows a model wins. */
  readonly books: readonly (PriceBook | LazyBook)[];
  /** Prices of this moment (ISO 8601, UTC) instead of each call's own. */
  readonly asOf?: string | undefined;
  /** What the calls would have cost on this model. */
  readonly asModel?: string | undefined;
  readonly unknownModel?: UnknownModel | undefined;
  readonly fallbackModel?: string | undefined;
}

export interface PricingInfo {
  readonly source: string;
  readonly version: string;
  /** null: each call at its own time. */
  readonly as_of: string | null;
  readonly as_model: string | null;
  readonly unknown_model: UnknownModel;
  /** In order of precedence. */
  readonly books: readonly BookInfo[];
}

export interface Pricing {
  readonly info: PricingInfo;
  /** What one call costs per unit; cheap after the first of its kind. Never throws on a permitted event. */
  rateOf(call: ModelCall, reading?: UsageReading): Rate;
  /** The nearest known names, for people. */
  nearest(model: string): readonly string[];
}

export const FALLBACK_MODEL = 'anthropic/claude-sonnet-4-0';

const UNMETERED = unpricedRate('unmetered', 'the provider told no usage');

/** The service tier of a call, or null for the plain price list. */
function serviceOf(call: ModelCall): string | null {
  const asked = call.type === 'llm.completed' ? call.data.service_tier?.toLowerCase() : undefined;
  return asked === undefined || isStandardTier(asked) ? null : asked;
}

/** Kinds of calls by model, answering model, provider and service tier: names are looked up, never joined. */
interface KindTree {
  kind: CallKind | null;
  readonly under: Map<string, KindTree>;
}

const emptyTree = (): KindTree => ({ kind: null, under: new Map() });

function branch(tree: KindTree, name: string): KindTree {
  const known = tree.under.get(name);
  if (known !== undefined) return known;
  const made = emptyTree();
  tree.under.set(name, made);
  return made;
}

function leafFor(tree: KindTree, call: ModelCall): KindTree {
  const model = branch(tree, call.data.model);
  if (call.type === 'llm.failed') return model;
  const { response_model = '', provider, service_tier = '' } = call.data;
  return branch(branch(branch(model, response_model), provider), service_tier);
}

export function createPricing(options: PricingOptions): Pricing {
  const { unknownModel = 'fallback', fallbackModel = FALLBACK_MODEL, asModel } = options;
  const asOf = options.asOf === undefined ? null : requireInstant(options.asOf);
  const kinds = emptyTree();
  const rejections = new Map<string, Rate>();
  let loaded: readonly PriceBook[] | null = null;

  const books = (): readonly PriceBook[] =>
    (loaded ??= options.books.map((book) => ('load' in book ? book.load() : book)));

  const learn = (call: ModelCall): CallKind => {
    const known = findCards(books(), lookupNames(call, asModel), null);
    if (unknownModel !== 'fallback') return callKind(known, serviceOf(call));
    const reason = known.length === 0 ? UNKNOWN_MODEL : NOT_IN_FORCE;
    const fallback = findCards(books(), [{ name: fallbackModel, by: 'fallback' }], reason);
    return callKind([...known, ...fallback], serviceOf(call));
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
      return choosePrice((leaf.kind ??= learn(call)), call, reading.inputTokens, asOf);
    },
    nearest: (model) =>
      nearestNames(
        model,
        books().flatMap((book) => [...book.names.keys()]),
      ),
  };
}
