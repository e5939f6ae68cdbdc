// Prices one call with the built-in prices and the price rules, as `pflow replay` does.
import type { Cost } from '../../projections/cost/schema.ts';
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import { parsePriceBook } from '../../projections/pricing/books/parse-price-book.ts';
import { createPricing } from '../../projections/pricing/create-pricing.ts';
import type { LogEvent } from '../../src/events/event.ts';
import type { EventData } from '../../src/events/vocabulary.ts';
import { catalogue, priceRules } from '../../src/home/prices/pricing.ts';
import type { Bill } from '../../src/models/usage/bill.ts';

/** A price file of the user, of any form. */
export type OwnPrices = Readonly<Record<string, unknown>> | readonly unknown[];

/** Within 60 days of the built-in prices, on a Sunday. */
const NOON = '2026-11-01T12:00:00.000Z';

export interface PricedCallOptions {
  readonly model: string;
  readonly provider: string;
  readonly vendor?: string | undefined;
  readonly bill: Partial<Bill>;
  readonly at?: string | undefined;
  readonly pricing?: OwnPrices | undefined;
}

export function costOfCall({ model, provider, vendor, bill, at = NOON, pricing }: PricedCallOptions): Cost {
  const { usage = {}, usage_doubts, raw_usage, response_model, service_tier, provider_cost_usd } = bill;
  const data = {
    call: 1,
    provider,
    ...(vendor === undefined ? {} : { vendor }),
    model,
    usage,
    duration_ms: 1,
    ...(usage_doubts === undefined ? {} : { doubts: [...usage_doubts] }),
    ...(raw_usage === undefined ? {} : { raw_usage }),
    ...(response_model === undefined ? {} : { response_model }),
    ...(service_tier === undefined ? {} : { service_tier }),
    ...(provider_cost_usd === undefined ? {} : { provider_cost_usd }),
  } as EventData<'llm.completed'>;
  const event: LogEvent = {
    type: 'llm.completed',
    seq: 0,
    run: '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b',
    at,
    ms: 0,
    phase: 'workflow',
    node: 'a',
    data,
  };
  const own = pricing === undefined ? [] : [parsePriceBook(pricing, { source: 'own prices', version: '1' })];
  const books = [...own, catalogue];
  return project(createCost({ pricing: createPricing({ books, rules: priceRules }) }), [event]);
}
