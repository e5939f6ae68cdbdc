// What a table leaves out, and where it puts what stands inside its rows.
import { describe, expect, test } from 'vitest';
import { renderColour } from '../../../src/cli/terminal/colour.ts';
import { formatTable } from '../../../src/cli/terminal/table.ts';

const table = (result: unknown): string => renderColour(formatTable(result), false);
const lines = (...text: string[]): string => `${text.join('\n')}\n`;

describe('columns', () => {
  test('in which every row is 0 or empty are left out; money and the first column stay', () => {
    const rows = [
      { node: null, failed: 0, calls: 1, note: '', cost_usd: '0', near: [] },
      { node: null, failed: 0, calls: 2, note: null, cost_usd: '0', near: [] },
    ];
    expect(table(rows)).toBe(
      lines('node  calls  cost_usd', '   -      1         0', '   -      2         0'),
    );
  });

  test('stay where one row has something', () => {
    expect(
      table([
        { id: 'a', failed: 0 },
        { id: 'b', failed: 1 },
      ]),
    ).toBe(lines('id  failed', 'a        0', 'b        1'));
  });

  test('all stay where nothing else would', () => {
    expect(table([{ id: 'a', failed: 0 }])).toBe(lines('id  failed', 'a        0'));
  });

  test('of money have their points below each other', () => {
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
    const rows = [{ id: 'a', told: { calls: 1, usd: '2' } }, { id: 'b' }];
    expect(table(rows)).toBe(lines('id  told.calls  told.usd', 'a            1         2', 'b'));
  });

  test('an object that differs from row to row does not', () => {
    const rows = [
      { id: 'a', n: 1, store: { x: 1 } },
      { id: 'b', n: 2, store: { y: 1 } },
    ];
    expect(table(rows)).toBe(lines('id  n', 'a   1', 'b   2'));
  });

  test('a list of objects stands below, each with what its row is about', () => {
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

test('nothing at all is said', () => {
  expect([table([]), table({})]).toEqual(['none\n', 'none\n']);
});

test('a view shows what stands at its path, and nothing else of that name', () => {
  const views = {
    'cost.lines': (value: unknown): string[] => [`${String((value as unknown[]).length)} lines`],
  };
  const result = { cost: { lines: [1, 2] }, store: { lines: ['x'] } };
  expect(renderColour(formatTable(result, views), false)).toBe(
    lines('', 'cost.lines', '2 lines', '', 'store.lines', 'x'),
  );
});
