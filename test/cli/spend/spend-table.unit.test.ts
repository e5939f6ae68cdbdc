import { describe, expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { createSpend, type SpendOptions } from '../../../projections/spend/projection.ts';
import { renderColour } from '../../../src/cli/terminal/colour.ts';
import { drawBar } from '../../../src/cli/spend/bar.ts';
import { spendTable } from '../../../src/cli/spend/spend-table.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { completedCall, MILLION } from '../../support/model-calls.ts';
import { MINI, SONNET, testPricing, UNKNOWN } from '../../support/test-prices.ts';

const log = [
  completedCall({ run: 'a', seq: 1, model: SONNET, usage: { input_tokens: 500 * MILLION } }),
  completedCall({ run: 'b', seq: 1, model: MINI, usage: { input_tokens: MILLION } }),
  completedCall({ run: 'b', seq: 2, model: UNKNOWN, usage: { input_tokens: 250 * MILLION } }),
  completedCall({ run: 'b', seq: 3, model: MINI, usage: { input_tokens: 10 }, reused: { run: 'a', seq: 1 } }),
];

function tableOf(
  width: number,
  events: readonly LogEvent[] = log,
  options: Partial<SpendOptions> = {},
): string[] {
  const spend = project(createSpend({ pricing: testPricing(), by: 'model', ...options }), events);
  return renderColour(spendTable(spend, width), false).split('\n');
}

test('rows by name are sorted by cost, with paid, estimated and reused amounts in columns of their own', () => {
  expect(tableOf(100)).toEqual([
    'model                        runs  calls       tokens           paid     estimated     reused',
    'anthropic/claude-sonnet-4-0     1      1  500,000,000  $1,500.000000             -          -  █████',
    'unknown/new-model               1      1  250,000,000      $0.000000  ~$750.000000          -  ██▌',
    'openai/gpt-4o-mini              1      1    1,000,000      $0.150000             -  $0.000002  ▏',
    'total                           2      3  751,000,000  $1,500.150000  ~$750.000000  $0.000002',
    '',
    'days of UTC; prices of test 1',
    'counts runs with a model call; pflow runs lists all',
    'not exact: some calls have no known cost; --json lists them',
    '',
  ]);
});

test('bills of providers are beside the cost by list prices', () => {
  const usage = { input_tokens: MILLION };
  const calls = [1, 2].map((seq) => completedCall({ seq, model: MINI, usage, provider_cost_usd: 0.2 }));
  expect(tableOf(100, calls).slice(-5)).toEqual([
    'days of UTC; prices of test 1',
    'counts runs with a model call; pflow runs lists all',
    'bills for 2 calls: $0.400000; $0.300000 by list prices',
    'not exact: some calls have doubts (REPORTED_DIFFERS) or no known cost; --json lists them',
    '',
  ]);
});

test('rows by day keep their order, and have a bar if there is room', () => {
  const calls = ['2026-11-03', '2026-11-01', '2026-11-02'].map((day, index) =>
    completedCall({
      seq: index,
      at: `${day}T12:00:00.000Z`,
      model: MINI,
      usage: { input_tokens: index * MILLION },
    }),
  );
  expect(tableOf(60, calls, { by: 'day', since: '2026-11-01', until: '2026-11-03' })).toEqual([
    'day         runs  calls     tokens       paid',
    '2026-11-01     1      1  1,000,000  $0.150000  ██████▌',
    '2026-11-02     1      1  2,000,000  $0.300000  █████████████',
    '2026-11-03     1      1          0  $0.000000',
    'total          1      3  3,000,000  $0.450000',
    '',
    'days of UTC from 2026-11-01 to 2026-11-03; prices of test 1',
    'counts runs with a model call; pflow runs lists all',
    '',
  ]);
});

test('a log without a model call gives a table without a row', () => {
  expect(tableOf(80, [])).toEqual([
    'model     runs  calls  tokens       paid',
    'total        0      0       0  $0.000000',
    '',
    'days of UTC; prices of test 1',
    'counts runs with a model call; pflow runs lists all',
    '',
  ]);
});

test.each([55, 60, 70, 80, 90, 120, 200])('no row is wider than a screen of %d characters', (width) => {
  const rows = tableOf(width).slice(0, 5);
  expect(rows.filter((line) => Array.from(line).length > width)).toEqual([]);
});

describe('drawBar', () => {
  test.each([
    [0, ''],
    [NaN, ''],
    [0.000_001, '▏'],
    [0.5, '██'],
    [0.53, '██▏'],
    [0.97, '███▉'],
    [1, '████'],
    [2, '████'],
  ])('draws a share of %d on 4 characters', (share, expected) => {
    expect(drawBar(share, 4)).toBe(expected);
  });
});

test('price books of the same version are named once', () => {
  const spend = project(createSpend({ pricing: testPricing() }), log);
  const { pricing } = spend;
  const [book] = pricing.books;
  const other = { source: 'mine.json', version: '2', date: null, sha256: null };
  const books = [other, ...pricing.books, ...(book === undefined ? [] : [{ ...book, sha256: 'another' }])];
  const lines = renderColour(spendTable({ ...spend, pricing: { ...pricing, books } }, 100), false).split(
    '\n',
  );
  expect(lines).toContain('days of UTC; prices of mine.json 2 + test 1');
});
