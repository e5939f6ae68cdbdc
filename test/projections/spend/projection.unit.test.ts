import { describe, expect, test } from 'vitest';
import { fold, project } from '../../../projections/fold.ts';
import { createSpend, type SpendOptions } from '../../../projections/spend/projection.ts';
import { spendSchema, type Spend, type SpendRow } from '../../../projections/spend/schema.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { completedCall, failedCall, MILLION, type CompletedCallOptions } from '../../support/model-calls.ts';
import { buildRun, runId } from '../../support/run-builder.ts';
import { MINI, SONNET, testPricing, UNKNOWN } from '../../support/test-prices.ts';

const pricing = testPricing();
const usage = { input_tokens: MILLION };

function spendOf(log: readonly LogEvent[], options: Partial<SpendOptions> = {}): Spend {
  const spend = project(createSpend({ pricing, ...options }), log);
  expect(spendSchema.strict().parse(spend)).toEqual(spend);
  return spend;
}

/** A million tokens of the small model: 0.15 USD. */
const call = (facts: CompletedCallOptions): LogEvent => completedCall({ model: MINI, usage, ...facts });

const costs = ({ groups }: Spend): unknown => groups.map(({ group, cost_usd }) => [group, cost_usd]);

test('a log without a call has no group, and a total of 0 that is exact', () => {
  const { groups, runs, total_cost_usd, exact, by, time_zone } = spendOf([]);
  expect({ groups, runs, total_cost_usd, exact, by, time_zone }).toEqual({
    groups: [],
    runs: 0,
    total_cost_usd: '0',
    exact: true,
    by: 'day',
    time_zone: 'UTC',
  });
});

test('paid, estimated and reused costs are separate, in each group and in total', () => {
  const spend = spendOf([
    call({ seq: 1 }),
    call({ seq: 2, model: UNKNOWN }),
    call({ seq: 3, reused: { run: 'elsewhere', seq: 1 } }),
    { ...failedCall(SONNET), seq: 4 },
    call({ seq: 5, usage: { input_tokens: 4, output_tokens: 2, reasoning_tokens: 1 } }),
  ]);
  const expected: SpendRow = {
    group: '2026-11-22',
    runs: 1,
    calls: 3,
    failed_calls: 1,
    reused_calls: 1,
    tokens_input: 2_000_004,
    tokens_output: 2,
    tokens_total: 2_000_006,
    tokens_cache_creation: 0,
    tokens_cache_read: 0,
    tokens_reasoning: 1,
    cost_usd: '3.1500018',
    known_cost_usd: '0.1500018',
    estimated_cost_usd: '3',
    reused_cost_usd: '0.15',
    exact: false,
  };
  expect(spend.groups).toEqual([expected]);
  const { group: _group, cost_usd, ...sums } = expected;
  expect(spend).toMatchObject({ ...sums, total_cost_usd: cost_usd, repeated_runs: 0 });
  expect(spend.estimated.map(({ model, calls }) => [model, calls])).toEqual([[UNKNOWN, 1]]);
});

describe('groups', () => {
  const log = [
    call({ seq: 1, node: 'a', at: '2025-12-28T12:00:00.000Z' }),
    call({ seq: 2, node: 'b', at: '2025-12-29T12:00:00.000Z', phase: 'planner' }),
    call({ seq: 3, node: 'a', at: '2026-01-04T12:00:00.000Z', model: SONNET }),
    call({ run: 'run-2', seq: 1, node: 'a', at: 'some day' }),
  ];

  test.each([
    [
      'day',
      [
        [null, '0.15'],
        ['2025-12-28', '0.15'],
        ['2025-12-29', '0.15'],
        ['2026-01-04', '3'],
      ],
    ],
    [
      'week',
      [
        [null, '0.15'],
        ['2025-W52', '0.15'],
        ['2026-W01', '3.15'],
      ],
    ],
    [
      'month',
      [
        [null, '0.15'],
        ['2025-12', '0.3'],
        ['2026-01', '3'],
      ],
    ],
    [
      'model',
      [
        [SONNET, '3'],
        [MINI, '0.45'],
      ],
    ],
    [
      'node',
      [
        ['a', '3.3'],
        ['b', '0.15'],
      ],
    ],
    [
      'phase',
      [
        ['planner', '0.15'],
        ['workflow', '3.3'],
      ],
    ],
    ['workflow', [[null, '3.45']]],
  ] as const)('by %s', (by, expected) => {
    expect(costs(spendOf(log, { by }))).toEqual(expected);
  });

  test('a group has its number of runs, and a run may be in several groups', () => {
    const { groups, runs } = spendOf(log, { by: 'node' });
    expect([runs, ...groups.map((row) => row.runs)]).toEqual([2, 2, 1]);
  });

  test('by workflow, calls of the planner count for the planned workflow', () => {
    const planned = buildRun(runId(1))
      .started({ workflow: null, source: 'planner' })
      .planner((run) => run.node('plan', {}, (node) => void node.call({ model: MINI, usage })))
      .workflow(['write'], (run) => run.node('write', {}, (node) => void node.call({ model: MINI, usage })));
    const other = buildRun(runId(2))
      .started({ workflow: { name: 'other', hash: 'f00d' } })
      .planner((run) => run.node('plan', {}, (node) => void node.call({ model: MINI, usage })));
    const spend = spendOf([...planned.events, ...other.events], { by: 'workflow' });
    expect(costs(spend)).toEqual([
      ['example', '0.3'],
      ['other', '0.15'],
    ]);
    expect(spend.groups.map(({ runs }) => runs)).toEqual([1, 1]);
  });

  test('hostile names are ordinary names', () => {
    const names = ['__proto__', '', 'constructor'];
    const hostile = names.map((node, seq) => call({ seq, node, run: node === '' ? '__proto__' : 'run' }));
    expect(spendOf(hostile, { by: 'node' }).groups.map(({ group }) => group)).toEqual([...names].sort());
  });
});

describe('days', () => {
  const berlin = {
    name: 'Europe/Berlin',
    offsetAt: (moment: number) =>
      moment >= Date.parse('2026-03-29T01:00:00Z') && moment < Date.parse('2026-10-25T01:00:00Z')
        ? 7_200_000
        : 3_600_000,
  };
  const log = [
    '2026-03-28T22:59:59.999Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T21:59:59.999Z',
    '2026-03-29T22:00:00.000Z',
    '2026-10-24T21:59:59.999Z',
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T22:59:59.999Z',
    '2026-10-25T23:00:00.000Z',
  ].map((at, seq) => call({ at, seq }));

  test('have 23 or 25 hours when clocks change', () => {
    expect(costs(spendOf(log, { zone: berlin }))).toEqual([
      ['2026-03-28', '0.15'],
      ['2026-03-29', '0.3'],
      ['2026-03-30', '0.15'],
      ['2026-10-24', '0.15'],
      ['2026-10-25', '0.3'],
      ['2026-10-26', '0.15'],
    ]);
  });

  test('the first and the last day of a range are included, in the zone of the range', () => {
    const spend = spendOf(log, { zone: berlin, since: '2026-03-29', until: '2026-10-25' });
    expect(costs(spend)).toEqual([
      ['2026-03-29', '0.3'],
      ['2026-03-30', '0.15'],
      ['2026-10-24', '0.15'],
      ['2026-10-25', '0.3'],
    ]);
    expect([spend.since, spend.until, spend.time_zone]).toEqual([
      '2026-03-29',
      '2026-10-25',
      'Europe/Berlin',
    ]);
  });

  test('a call with an invalid time is in no range', () => {
    const undated = [call({ at: 'some day' })];
    expect(spendOf(undated).total_cost_usd).toBe('0.15');
    expect(spendOf(undated, { since: '0001-01-01' }).total_cost_usd).toBe('0');
  });
});

describe('a run that is found again', () => {
  const run = [1, 5, 9].map((seq) => call({ seq }));

  test.each([
    ['a whole copy', [...run, ...run]],
    ['a torn copy before the whole one', [...run.slice(0, 2), ...run]],
    ['a torn copy after the whole one', [...run, ...run.slice(0, 2)]],
    ['a copy whose middle was lost', [...run.filter(({ seq }) => seq !== 5), ...run]],
    ['a torn copy between two whole ones', [...run, ...run.slice(0, 1), ...run]],
  ])('%s counts once', (_what, log) => {
    const { total_cost_usd, calls, runs, repeated_runs } = spendOf(log);
    expect({ total_cost_usd, calls, runs, repeated_runs }).toEqual({
      total_cost_usd: '0.45',
      calls: 3,
      runs: 1,
      repeated_runs: 1,
    });
  });

  test('a run that continues in the next log is not a copy', () => {
    const spend = createSpend({ pricing });
    const parts = [fold(spend, run.slice(0, 1)), fold(spend, run.slice(1))] as const;
    const { total_cost_usd, repeated_runs } = spend.result(spend.merge?.(...parts) ?? spend.initial());
    expect({ total_cost_usd, repeated_runs }).toEqual({ total_cost_usd: '0.45', repeated_runs: 0 });
  });
});

test('the state does not grow with the number of calls', () => {
  const spend = createSpend({ pricing, by: 'node' });
  const sizeAfter = (count: number): number => {
    const calls = Array.from({ length: count }, (_, seq) => call({ seq, node: `node${String(seq % 3)}` }));
    const [run] = fold(spend, calls).runs.values();
    // Only digits of sums may differ.
    return JSON.stringify(run).replaceAll(/\d+/gu, '0').length;
  };
  expect(sizeAfter(5_000)).toBe(sizeAfter(10));
});
