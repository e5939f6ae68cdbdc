import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createPricing } from '../../../projections/pricing/create-pricing.ts';
import { DOUBT_CODES } from '../../../src/events/doubts.ts';
import { priceBookOf, catalogue, MILLION, priceOfCall } from '../../support/model-calls.ts';
import { matchModel } from '../../../projections/pricing/names/match-model.ts';

const page = readFileSync(new URL('../../../docs/cost.md', import.meta.url), 'utf8');

test('the price files on the page are valid', () => {
  const files = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) =>
    priceBookOf(JSON.parse(json)),
  );
  expect(files.map(({ names }) => [...names.keys()])).toEqual([
    ['local/my-model', 'local/embed'],
    ['my-model'],
    ['openai/gpt-4o-mini', 'acme/large', 'our-small-model'],
  ]);
  const [free, , whole] = files;
  const pricing = createPricing({ books: whole === undefined ? [] : [whole] });
  const call = { model: 'acme/large', usage: { input_tokens: MILLION }, at: '2026-11-22T20:00:00.000Z' };
  expect(priceOfCall(call, pricing).cost_usd).toBe('0.5');
  const local = { model: 'local/my-model', usage: { input_tokens: MILLION } };
  expect(priceOfCall(local, createPricing({ books: free === undefined ? [] : [free] }))).toMatchObject({
    cost_usd: '0',
    state: 'free',
  });
});

test('the names on the page match by the rules on the page', () => {
  const table = page.slice(page.indexOf('| rule | example |'), page.indexOf('Nothing is ever matched'));
  const rows = table
    .split('\n')
    .slice(2)
    .filter((row) => row.startsWith('|'));
  const examples = rows.flatMap((row) => {
    const [, rule = '', examples = ''] = row.split('|');
    const name = rule.trim().split(/[:(]/)[0]?.replace('price of the maker', 'price of') ?? '';
    return [...examples.matchAll(/`([^`]+)`/g)].map(([, example = '']) => [name.trim(), example] as const);
  });
  expect(examples).toHaveLength(14);
  const bare = examples.filter(([rule, example]) => {
    const found = matchModel(catalogue, example)?.rule ?? 'nothing';
    const listed = rule === 'home vendor' || rule === 'latest';
    return listed ? found === 'nothing' : !found.includes(rule);
  });
  expect(bare).toEqual([]);
});

test('the page has each doubt with its meaning, its effect on the amount and a way out', () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \|(.+)\|$/gmu)].map(([, code = '', cells = '']) => ({
    code,
    filled: cells.split('|').filter((cell) => cell.trim() !== '').length,
  }));
  expect(rows).toEqual(DOUBT_CODES.map((code) => ({ code, filled: 3 })));
});
