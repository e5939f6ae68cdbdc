// Invariant: the cost of a log depends on its calls alone: not on their order, on how the log was split, or on prices
// that no call uses. Every breakdown of a total adds up to the total.
import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../../../projections/pricing/ledger/ledger.ts';
import type { ModelCall } from '../../../../src/events/model-call.ts';
import {
  addCall,
  bucketsOf,
  emptyLedger,
  mergeLedgers,
} from '../../../../projections/pricing/ledger/ledger.ts';
import type { PriceBook } from '../../../../projections/pricing/books/price-card.ts';
import { priceCall } from '../../../../projections/pricing/price-call.ts';
import { createPricing, type Pricing } from '../../../../projections/pricing/create-pricing.ts';
import { groupLedger, sumLedger } from '../../../../projections/pricing/ledger/sum-ledger.ts';
import { priceBookOf, completedCall, failedCall } from '../../../support/model-calls.ts';

type Card = Record<string, unknown>;
type Cards = Readonly<Record<string, Card | readonly Card[]>>;

const CARDS: Cards = {
  plain: {
    input: 3,
    output: 15,
    cache_read: 0.3,
    cache_write: 3.75,
    cache_write_1h: 6,
    requests: { web_search: { per_1000: 10 } },
  },
  tiered: { input: 1.25, output: 10, tiers: [{ above_input_tokens: 1000, input: 2.5, output: 15 }] },
  fractional: { input: '0.0833333333333333', output: '0.003625', reasoning: '0.000001', input_audio: 7 },
  conditional: [
    { until: '2026-01-01', input: 1, output: 2, service_tiers: { priority: { input: 5, output: 6 } } },
    { from: '2026-01-01', input: 2, output: 3, service_tiers: { priority: { multiplier: 2 } } },
    { when: { speed: 'fast' }, until: '2025-07-01', input: 10, output: 20 },
    {
      when: { speed: 'fast' },
      from: '2025-07-01',
      input: 20,
      output: 40,
      tiers: [{ above_input_tokens: 1000, input: 30 }],
    },
    { when: { geo: 'us' }, until: '2025-12-01', utc_window: ['00:00', '12:00'], multiplier: '1.1' },
    { when: { geo: 'us' }, until: '2025-12-01', utc_window: ['12:00', '00:00'], multiplier: '1.3' },
    { when: { geo: 'us' }, from: '2025-12-01', multiplier: '1.2', requests: { web_search: { per_1000: 3 } } },
  ],
};

const pricingFrom = (book: PriceBook): Pricing =>
  createPricing({ books: [book], fallbackModel: 'plain', costSource: 'calculated' });
const pricingOf = (cards: Cards): Pricing => pricingFrom(priceBookOf(cards));

const BOOK = priceBookOf(CARDS);
const pricing = pricingFrom(BOOK);

const count = fc.oneof(fc.nat(3000), fc.nat(1_000_000_000), fc.constantFrom(0, 1, 1e15));

const usage = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ output_tokens: 1, reasoning_tokens: 2 }) },
  {
    weight: 8,
    arbitrary: fc
      .record({
        input: count,
        output: count,
        read: count,
        write: count,
        searches: fc.nat(3),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ input, output, read, write, searches, part }) => ({
        input_tokens: input,
        output_tokens: output,
        cache_read_input_tokens: read,
        cache_creation_input_tokens: write,
        cache_creation_1h_input_tokens: Math.floor(write * part),
        reasoning_tokens: Math.floor(output * part),
        input_audio_tokens: Math.floor(input * part),
        ...(searches > 0 ? { requests: { web_search: searches } } : {}),
      })),
  },
);

const callOf = (...models: readonly string[]): fc.Arbitrary<ModelCall> =>
  fc
    .record({
      model: fc.constantFrom(...models),
      at: fc.constantFrom(
        ...['2025-06', '2025-08', '2025-12', '2026-02'].flatMap((month) =>
          ['11', '12'].map((hour) => `${month}-15T${hour}:00:00.000Z`),
        ),
      ),
      facts: fc.constantFrom({}, { speed: 'fast' }, { geo: 'us' }, { speed: 'fast', geo: 'us' }),
      service_tier: fc.constantFrom(undefined, 'priority'),
      node: fc.constantFrom('a', 'a/b', '__proto__', ''),
      phase: fc.constantFrom('planner' as const, 'workflow' as const),
      usage,
      reused: fc.boolean(),
      reported: fc.option(fc.constantFrom(0.1, 0.2, 1e-7), { nil: undefined }),
      fails: fc.boolean(),
    })
    .map(({ model, at, node, phase, usage: counts, facts, service_tier, reused, reported, fails }) =>
      fails
        ? failedCall(model, counts)
        : completedCall({
            model,
            at,
            node,
            phase,
            usage: { ...counts, ...facts },
            ...(service_tier === undefined ? {} : { service_tier }),
            ...(reused ? { reused: { run: 'r', seq: 1 } } : {}),
            ...(reported === undefined ? {} : { provider_cost_usd: reported }),
          }),
    );

const call = callOf('plain', 'tiered', 'fractional', 'conditional', 'acme/unknown', '__proto__');
const calls = fc.array(call, { maxLength: 40 });

/** What is not an amount in a card. */
const UNSCALED: ReadonlySet<string> = new Set([
  'above_input_tokens',
  'when',
  'from',
  'until',
  'utc_window',
  'multiplier',
]);

function ledgerOf(events: readonly ModelCall[], prices: Pricing = pricing): Ledger {
  const ledger = emptyLedger();
  for (const event of events) addCall(ledger, prices, event);
  return ledger;
}

const isReused = (event: ModelCall): boolean =>
  event.type === 'llm.completed' && event.data.reused !== undefined;

const sumOf = (amounts: Iterable<Big>): string =>
  [...amounts].reduce((a, b) => a.plus(b), new Big(0)).toFixed();

describe('the rate of a call', () => {
  // Conditions, dates, hours, tiers and service tiers together.
  const many = fc.array(callOf('conditional'), { minLength: 10, maxLength: 40 });
  test('is the only one with its id', () => {
    fc.assert(
      fc.property(many, (events) => {
        const rates = events.map((event) => pricing.rateOf(event));
        const byId = new Map(rates.map((rate) => [rate.id, rate]));
        expect(rates).toEqual(rates.map(({ id }) => byId.get(id)));
      }),
      { numRuns: 60 },
    );
  });

  test('does not depend on the calls before it', () => {
    fc.assert(
      fc.property(many, (events) => {
        const alone = events.map((event) => pricingFrom(BOOK).rateOf(event));
        const shared = pricingFrom(BOOK);
        expect(events.map((event) => shared.rateOf(event))).toEqual(alone);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a ledger', () => {
  test('costs as much as its calls cost one by one', () => {
    fc.assert(
      fc.property(calls, (events) => {
        const cost = (some: readonly ModelCall[]): string =>
          sumOf(some.map((event) => new Big(priceCall(pricing, event).cost_usd ?? '0')));
        const sum = sumLedger(ledgerOf(events));
        expect(sum.cost.toFixed()).toBe(cost(events.filter((event) => !isReused(event))));
        expect(sum.reused.toFixed()).toBe(cost(events.filter(isReused)));
      }),
      { numRuns: 60 },
    );
  });

  test('has nodes, models and phases that add up to the total in dollars, calls and tokens', () => {
    fc.assert(
      fc.property(calls, (events) => {
        const ledger = ledgerOf(events);
        const whole = sumLedger(ledger);
        const splits = [
          groupLedger(ledger, ({ node }) => node ?? ''),
          groupLedger(ledger, ({ model }) => model),
          groupLedger(ledger, ({ phase }) => phase ?? ''),
        ];
        for (const split of splits) {
          const parts = [...split.values()];
          expect(sumOf(parts.map(({ cost }) => cost))).toBe(whole.cost.toFixed());
          expect(sumOf(parts.map(({ reused }) => reused))).toBe(whole.reused.toFixed());
          expect(parts.reduce((sum, part) => sum + part.calls, 0)).toBe(whole.calls);
          expect(parts.reduce((sum, part) => sum + BigInt(part.tokens.total_tokens), 0n)).toBe(
            BigInt(whole.tokens.total_tokens),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  test('is the same in any order of calls and of merges', () => {
    fc.assert(
      fc.property(calls, fc.nat(40), (events, cut) => {
        const whole = ledgerOf(events);
        const head = ledgerOf(events.slice(0, cut));
        const tail = ledgerOf(events.slice(cut), pricingOf(CARDS));
        expect(ledgerOf([...events].reverse())).toEqual(whole);
        expect(mergeLedgers(head, tail)).toEqual(whole);
        expect(mergeLedgers(tail, head)).toEqual(whole);
        expect(mergeLedgers(emptyLedger(), whole)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test('merging changes neither part', () => {
    fc.assert(
      fc.property(calls, calls, (some, others) => {
        const [a, b] = [ledgerOf(some), ledgerOf(others)];
        const before = structuredClone([a, b]);
        mergeLedgers(a, b);
        expect([a, b]).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  test('is proportional to its prices', () => {
    const scaled = (value: unknown, k: number): unknown => {
      if (typeof value === 'number' || typeof value === 'string') return new Big(value).times(k).toFixed();
      if (Array.isArray(value)) return value.map((one) => scaled(one, k));
      return Object.fromEntries(
        Object.entries(value as Card).map(([key, one]) => [key, UNSCALED.has(key) ? one : scaled(one, k)]),
      );
    };
    fc.assert(
      fc.property(calls, fc.integer({ min: 0, max: 1000 }), (events, k) => {
        const times = pricingOf(scaled(CARDS, k) as typeof CARDS);
        expect(sumLedger(ledgerOf(events, times)).cost.toFixed()).toBe(
          sumLedger(ledgerOf(events)).cost.times(k).toFixed(),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('ignores a price that no call uses', () => {
    fc.assert(
      fc.property(calls, fc.nat(100), (events, price) => {
        const more = pricingOf({ ...CARDS, unused: { input: price, output: price } });
        expect(ledgerOf(events, more)).toEqual(ledgerOf(events));
      }),
      { numRuns: 30 },
    );
  });

  test('never charges a negative amount, and never counts a negative token', () => {
    const any = fc.record({
      input_tokens: fc.double(),
      output_tokens: fc.double(),
      cache_read_input_tokens: fc.integer(),
      reasoning_tokens: fc.integer(),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 10 }), (usages) => {
        const ledger = ledgerOf(usages.map((counts) => completedCall({ model: 'plain', usage: counts })));
        expect(sumLedger(ledger).cost.gte(0)).toBe(true);
        const counts = bucketsOf(ledger).flatMap(({ tokens, total_tokens }) => [...tokens, total_tokens]);
        expect(counts.every((tokens) => tokens >= 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('sums of any size are exact', () => {
  test('a million calls of a ten-millionth of a dollar cost ten cents', () => {
    const prices = pricingOf({ tiny: { input: '0.1', output: 0 } });
    const ledger = emptyLedger();
    const event = completedCall({ model: 'tiny', usage: { input_tokens: 1 } });
    for (let i = 0; i < million; i += 1) addCall(ledger, prices, event);
    expect(sumLedger(ledger).cost.toFixed()).toBe('0.1');
  });

  test('a thousand calls of 1e15 tokens exceed 2^53 and lose nothing', () => {
    const ledger = emptyLedger();
    const event = completedCall({ model: 'plain', usage: { input_tokens: 1e15 - 1 } });
    for (let i = 0; i < 1000; i += 1) addCall(ledger, pricing, event);
    const sum = sumLedger(ledger);
    expect(sum.tokens.input_tokens).toBe(999_999_999_999_999_000n);
    expect(sum.cost.toFixed()).toBe('2999999999999.997');
  });
});

const million = 1_000_000;
