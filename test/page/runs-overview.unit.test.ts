// Sums over many runs: by day in the zone of the reader, by workflow and model, and the slowest nodes.
import { expect, test } from 'vitest';
import type { RunRow } from '../../projections/runs/schema.ts';
import { UTC } from '../../projections/tally/calendar.ts';
import { byDay, byWorkflow, groupOf, RunsTally } from '../../src/page/runs-overview.ts';
import { buildRun } from '../support/run-builder.ts';
import { modelOf } from './page-model.ts';

function row(facts: Partial<RunRow>): RunRow {
  const { row: base } = modelOf(buildRun().started().ended('success'));
  if (base === undefined) throw new Error('no row');
  return { ...base, ...facts };
}

const ROWS = [
  row({ workflow: 'a', started_at: '2026-11-29T23:30:00.000Z', cost_usd: '0.1', duration_ms: 10 }),
  row({
    workflow: 'a',
    started_at: '2026-11-29T01:00:00.000Z',
    cost_usd: '0.2',
    duration_ms: 30,
    status: 'failed',
  }),
  row({
    workflow: 'b',
    started_at: '2026-11-28T01:00:00.000Z',
    cost_usd: '0.4',
    exact: false,
    status: 'running',
  }),
  row({ workflow: null, started_at: null, cost_usd: '0', status: 'incomplete' }),
];

test('amounts are added exactly, and one that is not exact makes the sum inexact', () => {
  expect(groupOf('all', ROWS)).toEqual({
    ...{ name: 'all', runs: 4, lost: 2, cost_usd: '0.7', exact: false },
    median_ms: 0,
  });
  expect(groupOf('none', [])).toMatchObject({ runs: 0, cost_usd: '0', exact: true, median_ms: 0 });
});

test('days are those of the zone, the latest first', () => {
  const names = (offset: number): string[] =>
    byDay(ROWS, { name: 'x', offsetAt: () => offset }).map(({ name, runs }) => `${name} ${String(runs)}`);
  expect(names(UTC.offsetAt(0))).toEqual(['without a day 1', '2026-11-29 2', '2026-11-28 1']);
  expect(names(3_600_000)).toEqual(['without a day 1', '2026-11-30 1', '2026-11-29 1', '2026-11-28 1']);
});

test('workflows: the most expensive first', () => {
  expect(byWorkflow(ROWS).map(({ name, cost_usd, lost }) => [name, cost_usd, lost])).toEqual([
    ['b', '0.4', 0],
    ['a', '0.3', 1],
    ['without a name', '0', 1],
  ]);
});

test('models and nodes are added up over runs; what did not run has no time', () => {
  const tally = new RunsTally();
  const run = (ms: number, sent: boolean): ReturnType<typeof modelOf> =>
    modelOf(
      buildRun()
        .started()
        .workflow(['ask', 'never'], (inside) =>
          inside.node('ask', { ms }, (node) => node.call().call({ sent, hangs: true })),
        )
        .ended('failed'),
    );
  tally.add(run(10, false));
  tally.add(run(30, true));
  const model = 'anthropic/claude-sonnet-4-0';
  expect(tally.byModel()).toEqual([{ model, calls: 3, cost_usd: '0.021', exact: false }]);
  expect(tally.slowest(5)).toEqual([
    { workflow: 'example', node: 'ask', runs: 2, total_ms: 40, longest_ms: 30 },
  ]);
});
