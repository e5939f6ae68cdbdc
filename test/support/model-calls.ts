// Builds events of model calls, and pricing from the built-in catalogue, for tests of prices.
import { readFileSync } from 'node:fs';
import type { EventOf } from '../../src/events/event.ts';
import type { RawBook } from '../../projections/pricing/books/book-schema.ts';
import { CATALOGUE } from '../../projections/pricing/books/catalogue-version.ts';
import { parsePriceBook, trustedPriceBook } from '../../projections/pricing/books/parse-price-book.ts';
import { partsAt, priceCall, type CallPrice } from '../../projections/pricing/price-call.ts';
import type { PriceBook } from '../../projections/pricing/books/price-card.ts';
import { compileRules, type PriceRules } from '../../projections/pricing/rules/price-rules.ts';
import type { RawRules } from '../../projections/pricing/rules/rule-schema.ts';
import {
  createPricing,
  type Pricing,
  type PricingOptions,
} from '../../projections/pricing/create-pricing.ts';
import { readUsage } from '../../projections/pricing/tokens-by-class.ts';

type Completed = EventOf<'llm.completed'>;
type Failed = EventOf<'llm.failed'>;

export const CATALOGUE_TEXT = readFileSync(
  new URL('../../projections/pricing/books/catalogue.json', import.meta.url),
  'utf8',
);

export const catalogue: PriceBook = trustedPriceBook(JSON.parse(CATALOGUE_TEXT) as RawBook, CATALOGUE);

const RULES_TEXT = readFileSync(new URL('../../projections/pricing/rules.json', import.meta.url), 'utf8');

export const rules: PriceRules = compileRules(JSON.parse(RULES_TEXT) as RawRules);

/** The built-in catalogue with the rules over it. */
export const cataloguePricing = (options: Partial<PricingOptions> = {}): Pricing =>
  createPricing({ books: [catalogue], rules: { date: rules.date, load: () => rules }, ...options });

/** Parses a price book in the simple form. */
export function priceBookOf(models: unknown, source = 'test'): PriceBook {
  return parsePriceBook(models, { source, version: '1' });
}

export interface CompletedCallOptions extends Partial<Completed['data']> {
  readonly at?: string;
  readonly phase?: 'planner' | 'workflow';
  readonly node?: string;
  readonly run?: string;
  readonly seq?: number;
}

const NOW = '2026-11-22T09:30:00.000Z';

export function completedCall(facts: CompletedCallOptions = {}): Completed {
  const { at = NOW, phase = 'workflow', node = 'write', run = 'run-1', seq = 1, ...data } = facts;
  return {
    type: 'llm.completed',
    seq,
    run,
    at,
    ms: seq,
    phase,
    node,
    data: { call: seq, provider: '', model: 'gpt-4o-mini', usage: {}, duration_ms: 5, ...data },
  };
}

export function failedCall(model: string, usage?: Completed['data']['usage']): Failed {
  const error = { name: 'Error', message: 'cut off' };
  const data = { call: 1, model, duration_ms: 5, error };
  return {
    type: 'llm.failed',
    seq: 1,
    run: 'run-1',
    at: NOW,
    ms: 1,
    phase: 'workflow',
    node: 'write',
    data: usage === undefined ? data : { ...data, usage },
  };
}

/** Prices one call and its parts, by default with the built-in catalogue. */
export function priceOfCall(
  facts: CompletedCallOptions,
  pricing: Pricing = cataloguePricing(),
): CallPrice & Pick<ReturnType<typeof partsAt>, 'parts'> {
  const call = completedCall(facts);
  const price = priceCall(pricing, call);
  const reading = readUsage(call.data.usage);
  const tokens = reading.state === 'metered' ? reading.tokens : [];
  return { ...price, parts: partsAt(price.rate, tokens, call.data.usage.requests ?? {}).parts };
}

export const MILLION = 1_000_000;
