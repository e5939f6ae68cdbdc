// Checks the built-in prices one step before and after every threshold and date.
import { expect, test } from 'vitest';
import { cardInForce, type Card } from '../../../../projections/pricing/books/price-card.ts';
import { catalogue, cataloguePricing, priceOfCall, rules } from '../../../support/model-calls.ts';

const pricing = cataloguePricing();
const entries = [...new Set(catalogue.names.values())].map((id) =>
  rules.apply(catalogue.entry(id), catalogue),
);

/** An instant at which this card is in force. */
function momentOf({ from, until, window }: Card): string {
  const day = from ?? (until === null ? Date.UTC(2026, 10, 22) : until - 86_400_000);
  return new Date(day + (window?.[0] ?? 0) * 1000).toISOString();
}

test('one token below a threshold the lower price applies, one token above it the higher one', () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const { id, cards } of entries) {
    for (const card of cards) {
      for (const [index, { above, inclusive }] of card.tiers.entries()) {
        const at = momentOf(card);
        const tierOf = (input: number): string | null =>
          priceOfCall(
            { model: id, at, usage: { input_tokens: 1, cache_read_input_tokens: input - 1 } },
            pricing,
          ).rate.tier;
        const name = `input ${inclusive ? '>=' : '>'} ${String(above)}`;
        const below = card.tiers[index - 1];
        const lower = below === undefined ? null : tierOf(above - 1);
        const actual = [tierOf(above - 1), tierOf(above), tierOf(above + 1)];
        const expected = [lower, inclusive ? name : lower, name];
        if (JSON.stringify(actual) !== JSON.stringify(expected))
          wrong.push(`${id}: ${JSON.stringify(actual)}`);
        if (lower === name) wrong.push(`${id}: ${name} begins too early`);
        seen += 1;
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(40);
});

/** A holiday ends at midnight, hours before the next peak: the prices stay the same. */
const isSameAsBefore = (cards: readonly Card[], from: number): boolean => {
  const [before, after] = [from - 1, from].map((at) => cards[cardInForce(cards, at)]?.prices);
  return JSON.stringify(before) === JSON.stringify(after);
};

test('a price changes at the millisecond that its book names', () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const { id, cards } of entries) {
    for (const { from, window } of cards) {
      if (from === null || window !== null || isSameAsBefore(cards, from)) continue;
      const placeAt = (ms: number): string | undefined =>
        priceOfCall({ model: id, at: new Date(ms).toISOString(), usage: { input_tokens: 1 } }, pricing).rate
          .id;
      if (placeAt(from - 1) === placeAt(from)) wrong.push(`${id}: nothing changes at ${String(from)}`);
      if (placeAt(from) !== placeAt(from + 1)) wrong.push(`${id}: changes after ${String(from)}`);
      seen += 1;
    }
  }
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(15);
});
