// How a list of runs is written: amounts that round to nothing, and every status in the sum.
import { expect, test } from 'vitest';
import { RUN_STATUSES, type RunRow } from '../../../projections/runs/schema.ts';
import { runsTable, runsTotal } from '../../../src/cli/runs/runs-table.ts';
import { timeZone } from '../../../src/replay/time-zone.ts';

function row(given: Partial<RunRow>): RunRow {
  return {
    ...{ run: 'a', workflow: 'w', status: 'success', started_at: '2026-11-29T04:13:38.000Z' },
    ...{ ended_at: null, duration_ms: 10, cost_usd: '0', exact: true, calls: 1, tokens: 1, models: [] },
    ...{ attempts: 0, retries: 0, failed_node: null, error: null, nodes_executed: 1, nodes: 1 },
    ...given,
  };
}

test('the sum names every status that a run can have', () => {
  const total = runsTotal(RUN_STATUSES.map((status) => row({ status })));
  for (const status of RUN_STATUSES) expect(total).toContain(`1 ${status}`);
});

test('small amounts are summed exactly, and never shown as nothing', () => {
  const rows = Array.from({ length: 10 }, () => row({ cost_usd: '0.0000004' }));
  expect(runsTotal(rows)).toBe('10 runs: 10 success · $0.000004');
  const text = runsTable(rows.slice(0, 1), { zone: timeZone('UTC'), columns: 120 });
  expect(text).toContain('<$0.0001');
});

test('an amount that is not exact has a mark, in its row and in the sum', () => {
  const rows = [row({ cost_usd: '0.5', exact: false }), row({ cost_usd: '0.25' })];
  expect(runsTotal(rows)).toContain('~$0.750000');
  expect(runsTable(rows, { zone: timeZone('UTC'), columns: 120 })).toMatch(/~\$0\.5000[^]* \$0\.2500/u);
});

test('the sum names the doubts about amounts, each once', () => {
  const doubts = (['SELLER_ASSUMED', 'PRICES_OLD'] as const).map((code) => ({
    ...{ code, calls: 1, models: ['azure/gpt-4o'], cost_usd: '0.5', reasons: ['why'] },
  }));
  const doubted = row({ cost_usd: '0.5', exact: false, doubts });
  expect(runsTotal([doubted, doubted, row({})])).toBe(
    '3 runs: 3 success · ~$1.000000 · not exact: PRICES_OLD, SELLER_ASSUMED',
  );
});

test('the reason of a run that failed in a batch names the items', () => {
  const error = { name: 'Error', message: 'exit code 1: no such file' };
  const failed = (items: readonly number[], count: number): string => {
    const failed_items = { items: [...items], count, of: 25 };
    const rows = [row({ status: 'failed', failed_node: 'sh', error, failed_items })];
    return runsTable(rows, { zone: timeZone('UTC'), columns: 160 });
  };
  expect(failed([3], 1)).toMatch(/ {2}item 3 of 25: exit code 1: no such file\n$/u);
  expect(failed([3, 0], 2)).toMatch(/ {2}items 3, 0 of 25: exit code 1: no such file\n$/u);
  expect(failed([3, 0, 7, 9, 1], 12)).toMatch(
    / {2}items 3, 0, 7 and 9 more of 25: exit code 1: no such file\n$/u,
  );
});

test.each([
  ['the number of attempts, which is beside the node', 'after 3 attempts: no answer', 100, 'no answer'],
  [
    'a JSON body, of which the message stays',
    'POST http://h/hook answered 429: {"error":{"type":"x","message":"5 requests a minute"}}',
    100,
    'POST http://h/hook answered 429: 5 requests a minute',
  ],
  ['nothing of a body without a message', 'answered 500: {"a":1}', 100, 'answered 500: {"a":1}'],
  [
    'the host of an address, if there is no room for it',
    'POST http://127.0.0.1:8080/v1/hook?key=a answered 429: later',
    42,
    'POST http://…/hook answered 429: later',
  ],
  [
    'nothing of an address without a path',
    'GET http://127.0.0.1:8080/ failed: no',
    30,
    'GET http://127.0.0.1:8080/ fai…',
  ],
])('a reason leaves out %s', (_, message, room, expected) => {
  const failed = row({ status: 'failed', failed_node: 'post', error: { name: 'Error', message } });
  const reasonAt = (columns: number): string => {
    const [, line = ''] = runsTable([failed], { zone: timeZone('UTC'), columns }).split('\n');
    return line.slice(line.indexOf('  post  ') + 8);
  };
  // The other columns take 67.
  expect(reasonAt(67 + room)).toBe(expected);
});

test('words of a body are shown as text, whatever is in them', () => {
  const error = { name: 'Error', message: 'answered 500: {"message":"\\u001b[2Jgone\\nnext"}' };
  const text = runsTable([row({ status: 'failed', error })], { zone: timeZone('UTC'), columns: 160 });
  expect(text).toContain(String.raw`answered 500: \u{1b}[2Jgone next`);
});

test('a run that goes on has taken the time until now, whatever its last event', () => {
  const now = Date.parse('2026-11-29T04:14:43.000Z');
  const durationOf = (status: RunRow['status']): string | undefined =>
    /(\d\S* (?:min \d+ )?s\+)/u.exec(
      runsTable([row({ status })], { zone: timeZone('UTC'), columns: 120, now }),
    )?.[1];
  expect([durationOf('running'), durationOf('incomplete')]).toEqual(['1 min 05 s+', '0.01 s+']);
});
