// Prices of another date or model: which amount counts, and what the result states about it.
import { describe, expect, test } from 'vitest';
import { createCost } from '../../../projections/cost/projection.ts';
import type { Cost } from '../../../projections/cost/schema.ts';
import { project } from '../../../projections/fold.ts';
import { CATALOGUE } from '../../../projections/pricing/books/catalogue-version.ts';
import type { CostSource } from '../../../projections/pricing/call-bill.ts';
import { createPricing, type Pricing } from '../../../projections/pricing/create-pricing.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { cataloguePricing, completedCall, MILLION, priceBookOf, rules } from '../../support/model-calls.ts';

const MINI = 'openai/gpt-4o-mini';

const costOf = (log: readonly LogEvent[], { pricing }: { pricing: Pricing }): Cost =>
  project(createCost({ pricing }), log);

describe('prices of another date or model', () => {
  const log = [
    completedCall({ model: 'openai/o3', at: '2025-06-09T12:00:00.000Z', usage: { input_tokens: MILLION } }),
  ];

  test('the result names the books, the date and the model', () => {
    const { pricing: info, total_cost_usd } = costOf(log, {
      pricing: cataloguePricing({ asOf: '2026-11-01', asModel: 'openai/o3' }),
    });
    expect(total_cost_usd).toBe('2');
    expect(info).toEqual({
      source: '@pydantic/genai-prices',
      version: CATALOGUE.version,
      as_of: '2026-11-01',
      as_model: 'openai/o3',
      unknown_model: 'fallback',
      cost_source: 'calculated',
      rules: rules.date,
      books: [{ ...CATALOGUE }],
    });
  });

  test('each call has the price of its own time', () => {
    expect(costOf(log, { pricing: cataloguePricing() }).total_cost_usd).toBe('10');
  });
});

describe('a bill and prices of another date or model', () => {
  const BOOK = priceBookOf({ [MINI]: { input: 0.15, output: 0.6 } });
  const billed = completedCall({
    model: MINI,
    usage: { input_tokens: 1000, output_tokens: 500 },
    provider_cost_usd: 0.0004498,
  });

  test.each([
    [{ asModel: MINI }, 'a bill has the price of its call, and not that of another model', '--as-model'],
    [{ asOf: '2026-01-01' }, 'a bill has the price of its call, and not that of another date', '--as-of'],
  ])('contradict each other with %o', (policy, message, flag) => {
    const create = (costSource: CostSource): Pricing =>
      createPricing({ books: [BOOK], costSource, ...policy });
    expect(() => create('reported')).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message,
        hint: `Leave out --cost-source reported, or ${flag}.`,
      }) as Error,
    );
    for (const source of ['auto', 'calculated'] as const) {
      expect(costOf([billed], { pricing: create(source) }).total_cost_usd).toBe('0.00045');
    }
  });
});
