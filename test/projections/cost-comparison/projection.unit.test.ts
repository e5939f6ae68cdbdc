import { expect, test } from 'vitest';
import { createCostComparison } from '../../../projections/cost-comparison/projection.ts';
import { project } from '../../../projections/fold.ts';
import { createPricing } from '../../../projections/pricing/create-pricing.ts';
import { priceBookOf, completedCall } from '../../support/model-calls.ts';

const before = createPricing({
  books: [priceBookOf({ small: { input: 1, output: 2 }, big: { input: 10, output: 20 } }, 'old.json')],
  unknownModel: 'null',
});
const after = createPricing({
  books: [priceBookOf({ small: { input: 1, output: 3 }, late: { input: 1, output: 1 } }, 'new.json')],
  unknownModel: 'null',
});
const comparison = createCostComparison({ before, after });

const call = (model: string, node: string): ReturnType<typeof completedCall> =>
  completedCall({ model, node, usage: { input_tokens: 1000, output_tokens: 1000 } });

test('each model and each node has both amounts and the signed difference', () => {
  const result = project(comparison, [call('small', 'a'), call('small', 'b'), call('big', 'b')]);
  expect(result).toMatchObject({
    before_usd: '0.036',
    after_usd: '0.008',
    difference_usd: '-0.028',
    exact: false,
    calls: 3,
  });
  expect(result.by_model).toEqual([
    {
      model: 'big',
      calls: 1,
      before_usd: '0.03',
      after_usd: '0',
      difference_usd: '-0.03',
      before_state: 'priced',
      after_state: 'unpriced',
      before_entries: ['big'],
      after_entries: [],
    },
    {
      model: 'small',
      calls: 2,
      before_usd: '0.006',
      after_usd: '0.008',
      difference_usd: '0.002',
      before_state: 'priced',
      after_state: 'priced',
      before_entries: ['small'],
      after_entries: ['small'],
    },
  ]);
  expect(result.by_node).toEqual([
    {
      node: 'a',
      phase: 'workflow',
      calls: 1,
      before_usd: '0.003',
      after_usd: '0.004',
      difference_usd: '0.001',
    },
    {
      node: 'b',
      phase: 'workflow',
      calls: 2,
      before_usd: '0.033',
      after_usd: '0.004',
      difference_usd: '-0.029',
    },
  ]);
});

test('each side lists its prices and its unknown models', () => {
  const { before: old, after: changed } = project(comparison, [call('big', 'b'), call('late', 'b')]);
  expect(old.pricing.books).toEqual([{ source: 'old.json', version: '1', date: null, sha256: null }]);
  expect(old.unpriced.map(({ model }) => model)).toEqual(['late']);
  expect([old.exact, old.total_cost_usd]).toEqual([false, '0.03']);
  expect(changed.pricing.source).toBe('new.json');
  expect(changed.unpriced.map(({ model }) => model)).toEqual(['big']);
});
