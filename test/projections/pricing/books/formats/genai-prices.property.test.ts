// Invariant: if pflow and the genai-prices calculator both know a call's price, they agree on the entry and, up to the
// rounding of binary floats, on the amount.
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cardInForce, type PriceEntry } from '../../../../../projections/pricing/books/price-card.ts';
import { matchModel } from '../../../../../projections/pricing/names/match-model.ts';
import { catalogue, cataloguePricing, priceOfCall } from '../../../../support/model-calls.ts';

const pricing = cataloguePricing();

/** Rules correct these: the library cannot combine a date with hours or a threshold, lacks thresholds, or rounds. */
const CORRECTED =
  /^(?:deepseek\/deepseek-(?:v4-|chat$|reasoner$)|anthropic\/claude-sonnet-4-0$|google\/claude-4-sonnet$|openrouter\/openai\/gpt-5(?:\.1|-nano)$|x-ai\/grok-4-(?:0709|fast|1-fast))/;

/** Bedrock's names have custom rules, which match-model.unit.test.ts tests. */
const names = [...catalogue.names].filter(([name]) => name.includes('/') && !name.startsWith('aws/'));

const split = (name: string): { providerId: string; model: string } => {
  const slash = name.indexOf('/');
  return { providerId: name.slice(0, slash), model: name.slice(slash + 1) };
};

const AT = ['2024-03-01', '2025-06-09', '2025-06-10', '2026-03-13', '2026-08-21', '2026-11-22', '2027-01-01'];

const usage = fc.record({
  input: fc.oneof(
    fc.nat(5000),
    fc.constantFrom(127_999, 128_000, 199_999, 200_000, 271_999, 272_001, 600_000),
  ),
  read: fc.nat(3),
  write: fc.nat(1000),
  anHour: fc.nat(1000),
  output: fc.nat(100_000),
});

const hasSearch = (entry: PriceEntry, at: string): boolean => {
  const card = entry.cards[cardInForce(entry.cards, Date.parse(at))];
  return card !== undefined && Object.hasOwn(card.requests, 'web_search');
};

test('a random call costs the same', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      usage,
      fc.constantFrom(...AT),
      fc.nat(3),
      ([name, id], counts, day, more) => {
        if (CORRECTED.test(id)) return;
        const at = `${day}T12:00:00.000Z`;
        const searches = hasSearch(catalogue.entry(id), at) ? more : 0;
        const { providerId, model } = split(name);
        const { input, read, write, anHour, output } = counts;
        const theirs = calcPrice(
          {
            input_tokens: input + read + write + anHour,
            cache_read_tokens: read,
            cache_write_tokens: write + anHour,
            cache_write_1h_tokens: anHour,
            cache_write_5m_tokens: write,
            output_tokens: output,
            web_searches: searches,
          },
          model,
          { providerId, timestamp: new Date(at) },
        );
        if (theirs === null) return;
        const ours = priceOfCall(
          {
            model: name,
            at,
            usage: {
              input_tokens: input,
              cache_read_input_tokens: read,
              cache_creation_input_tokens: write + anHour,
              cache_creation_1h_input_tokens: anHour,
              output_tokens: output,
              ...(searches > 0 ? { requests: { web_search: searches } } : {}),
            },
          },
          pricing,
        );
        expect(ours.state === 'priced' || ours.state === 'free').toBe(true);
        const amount = Number(ours.cost_usd);
        expect(Math.abs(amount - theirs.total_price)).toBeLessThanOrEqual(1e-12 + 1e-9 * theirs.total_price);
        compared += 1;
      },
    ),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(2000);
});

test('a name matches the same entry', () => {
  const different = names.filter(([name, id]) => {
    const { providerId, model } = split(name);
    const theirs = calcPrice({ input_tokens: 1 }, model, { providerId });
    return theirs !== null && `${theirs.provider.id}/${theirs.model.id}`.toLowerCase() !== id;
  });
  expect(different).toEqual([]);
});

test('a bare name matches the same maker', () => {
  const bare = [...catalogue.names].filter(([name]) => !name.includes('/'));
  const different = bare.filter(([name, id]) => {
    const theirs = calcPrice({ input_tokens: 1 }, name);
    return (
      theirs !== null &&
      matchModel(catalogue, name)?.entry !== `${theirs.provider.id}/${theirs.model.id}`.toLowerCase() &&
      id !== ''
    );
  });
  expect(different).toEqual([]);
});
