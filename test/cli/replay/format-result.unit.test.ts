// CSV and Markdown of a result: a list has a row for each element, and everything else is refused.
import { expect, test } from 'vitest';
import { formatResult } from '../../../src/cli/replay/format-result.ts';

const ROWS = [
  { node_id: 'a', cost_usd: 0.5, attempts: [{ error: 'no "way"' }] },
  { node_id: '=b|\u202E', error: 'x' },
];

test('columns are all members, in the order of their first row', () => {
  expect(formatResult(ROWS, ['steps'], 'csv')).toBe(
    'node_id,cost_usd,attempts,error\r\na,0.5,"[{""error"":""no \\""way\\""""}]",\r\n\'=b|\u202E,,,x\r\n',
  );
  expect(formatResult(ROWS.slice(1), ['steps'], 'markdown')).toBe(
    '| node_id | error |\n| --- | --- |\n| =b\\|\\\\u{202e} | x |\n',
  );
});

test('the list of a log with damage is marked, and printed', () => {
  const marked = { result: ROWS.slice(1), log: { skipped: 1 } };
  expect(formatResult(marked, ['steps'], 'csv')).toBe("node_id,error\r\n'=b|\u202E,x\r\n");
  expect(formatResult([], ['warnings'], 'csv')).toBe('');
});

test.each([
  [{ total_cost_usd: 1 }, ['cost'], 'cost'],
  [{ steps: ROWS, runs: ROWS }, ['steps', 'runs'], 'steps, runs'],
  [[1, 2], ['x'], 'x'],
  [null, ['failure'], 'failure'],
])('%j is refused', (result, names, shown) => {
  expect(() => formatResult(result, names, 'csv')).toThrow(
    `--format csv prints one list, and the result of ${shown} is not one`,
  );
});
