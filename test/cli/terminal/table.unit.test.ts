// Prints any JSON result as a table.
import { expect, test } from 'vitest';
import { renderColour } from '../../../src/cli/terminal/colour.ts';
import { formatTable } from '../../../src/cli/terminal/table.ts';

const table = (result: unknown): string => renderColour(formatTable(result), false);

test('plain members are names and values, aligned', () => {
  expect(table({ status: 'success', total_cost_usd: 0.5, planner: null })).toBe(
    'status          success\ntotal_cost_usd  0.5\nplanner         -\n',
  );
});

test('a list of objects becomes rows under a heading, with numbers right-aligned', () => {
  const rows = [
    { node_id: 'a', duration_ms: 1.5, error: 'no' },
    { node_id: 'summary', duration_ms: 1200 },
  ];
  expect(table(rows)).toBe('node_id  duration_ms  error\na                1.5  no\nsummary         1200\n');
});

test('nested members come after plain ones, under their path', () => {
  expect(table({ total: { calls: 2, by: { model: 'x' } }, name: 'n', list: ['a', 'b'] })).toBe(
    'name  n\n\ntotal\ncalls  2\n\ntotal.by\nmodel  x\n\nlist\na\nb\n',
  );
});

test('empty members are left out', () => {
  expect(table({ name: 'n', models: [], more: {}, deep: { list: [] } })).toBe('name  n\n');
});

test('a cell is one line and never longer than 60 characters', () => {
  expect(table({ text: `a\n b\t${'x'.repeat(100)}` })).toBe(`text  a b ${'x'.repeat(55)}…\n`);
});

test.each([
  [null, '-\n'],
  ['text', 'text\n'],
  [3, '3\n'],
  [[], 'none\n'],
])('%j alone is %j', (result, text) => {
  expect(table(result)).toBe(text);
});
