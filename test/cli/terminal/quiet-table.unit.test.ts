// Tables leave out empty columns, and print nested values of rows below them.
import { describe, expect, test } from 'vitest';
import { renderColour } from '../../../src/cli/terminal/colour.ts';
import { formatTable } from '../../../src/cli/terminal/table.ts';

const table = (result: unknown): string => renderColour(formatTable(result), false);
const lines = (...text: string[]): string => `${text.join('\n')}\n`;

describe('columns', () => {
  test('that are 0 or empty in every row are left out, except for money and the first column', () => {
    const rows = [
      { node: null, failed: 0, calls: 1, note: '', cost_usd: '0', near: [] },
      { node: null, failed: 0, calls: 2, note: null, cost_usd: '0', near: [] },
    ];
    expect(table(rows)).toBe(
      lines('node  calls  cost_usd', '   -      1         0', '   -      2         0'),
    );
  });

  test('stay if one row has a value', () => {
    expect(
      table([
        { id: 'a', failed: 0 },
        { id: 'b', failed: 1 },
      ]),
    ).toBe(lines('id  failed', 'a        0', 'b        1'));
  });

  test('all stay if only the first would be left', () => {
    expect(table([{ id: 'a', failed: 0 }])).toBe(lines('id  failed', 'a        0'));
  });

  test('of money are aligned at their points', () => {
    expect(
      table([
        { id: 'a', cost_usd: '0.00123' },
        { id: 'b', cost_usd: '12.5' },
        { id: 'c', cost_usd: '7' },
      ]),
    ).toBe(lines('id  cost_usd', 'a    0.00123', 'b   12.5', 'c    7'));
  });
});

describe('inside rows', () => {
  test('a list of words is one cell', () => {
    expect(
      table([
        { id: 'a', near: ['x', 'y'] },
        { id: 'b', near: [] },
      ]),
    ).toBe(lines('id  near', 'a   x, y', 'b'));
  });

  test('an object with the same members in every row becomes columns', () => {
    const rows = [{ id: 'a', sums: { calls: 1, usd: '2' } }, { id: 'b' }];
    expect(table(rows)).toBe(lines('id  sums.calls  sums.usd', 'a            1         2', 'b'));
  });

  test('an object with other members in each row does not become columns', () => {
    const rows = [
      { id: 'a', n: 1, store: { x: 1 } },
      { id: 'b', n: 2, store: { y: 1 } },
    ];
    expect(table(rows)).toBe(lines('id  n', 'a   1', 'b   2'));
  });

  test('a list of objects is printed below, each with the first member of its row', () => {
    const rows = [
      { model: 'a', calls: 1, prices: [{ entry: 'x', rule: 'exact' }] },
      { model: 'b', calls: 2, prices: [] },
    ];
    expect(table({ by_model: rows })).toBe(
      lines(
        '',
        'by_model',
        'model  calls',
        'a          1',
        'b          2',
        '',
        'by_model.prices',
        'model  entry  rule',
        'a      x      exact',
      ),
    );
  });
});

test('an empty result is printed as none', () => {
  expect([table([]), table({})]).toEqual(['none\n', 'none\n']);
});

test('a view prints the value at its path, and no other value of that name', () => {
  const views = {
    'cost.lines': (value: unknown): string[] => [`${String((value as unknown[]).length)} lines`],
  };
  const result = { cost: { lines: [1, 2] }, store: { lines: ['x'] } };
  expect(renderColour(formatTable(result, views), false)).toBe(
    lines('', 'cost.lines', '2 lines', '', 'store.lines', 'x'),
  );
});
