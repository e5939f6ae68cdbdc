// Invariant: a call that was sent and has no end in the log may have been billed, so no total with it is exact.
import { describe, expect, test } from 'vitest';
import { createCost } from '../../projections/cost/projection.ts';
import type { Cost } from '../../projections/cost/schema.ts';
import { fold, project } from '../../projections/fold.ts';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { partners } from '../../projections/partners/projection.ts';
import { createRuns } from '../../projections/runs/projection.ts';
import { createSpend } from '../../projections/spend/projection.ts';
import { createSteps } from '../../projections/steps/projection.ts';
import { createSummary } from '../../projections/summary/projection.ts';
import { createPlannerTrace } from '../../projections/planner-trace/projection.ts';
import { createTimeline } from '../../projections/timeline/projection.ts';
import { createTrace } from '../../projections/trace/projection.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { buildRun } from '../support/run-builder.ts';
import { MINI, SONNET, testPricing } from '../support/test-prices.ts';

const pricing = testPricing();
const OPEN = 'the call was sent, and the log has no end of it';

function costOf(log: readonly LogEvent[]): Cost {
  return project(createCost({ pricing }), log);
}

/** The first call of the run is answered, the second one hangs. */
function killed(level: 'metrics' | 'trace'): readonly LogEvent[] {
  const content = level === 'trace' ? { prompt: 'Why?' } : {};
  return buildRun()
    .started({ level })
    .workflow(
      ['ask'],
      (run) => {
        run.node('ask', { hangs: true }, () => {
          run.call({ ...content, sent: true }).call({ ...content, model: MINI, sent: true, hangs: true });
        });
      },
      null,
    ).events;
}

test('a call that was only prompted is not open in a run that records what was sent', () => {
  const log = buildRun()
    .started({ level: 'trace' })
    .workflow(
      ['ask'],
      (run) => {
        run.node('ask', { hangs: true }, () => {
          run.call({ prompt: 'Why?', sent: true }).call({ prompt: 'Why?', model: MINI, hangs: true });
        });
      },
      null,
    ).events;
  expect(costOf(log)).toMatchObject({ calls: 1, exact: true, unmetered: [] });
  const calls = project(createTimeline({ pricing }), log).filter(({ kind }) => kind === 'call');
  expect(calls.map(({ exact, cost_usd }) => [exact, cost_usd])).toEqual([
    [true, '0.0105'],
    [undefined, undefined],
  ]);
});

describe.each(['metrics', 'trace'] as const)('a run of level %s that was killed during a call', (level) => {
  const log = killed(level);

  test('lists the call in its cost, which is not exact', () => {
    const cost = costOf(log);
    expect(cost).toMatchObject({
      total_cost_usd: '0.0105',
      exact: false,
      calls: 2,
      unmetered: [{ model: MINI, calls: 1, reason: OPEN }],
      by_node: [{ node: 'ask', calls: 2, cost_usd: '0.0105' }],
    });
    expect(cost.by_model.map(({ model, state }) => [model, state])).toEqual([
      [SONNET, 'priced'],
      [MINI, 'unmetered'],
    ]);
  });

  test('has a span for the call, without a cost', () => {
    const calls = project(createTimeline({ pricing }), log).filter(({ kind }) => kind === 'call');
    expect(calls.map(({ model, cost_usd, exact }) => [model, cost_usd, exact])).toEqual([
      [SONNET, '0.0105', true],
      [MINI, null, false],
    ]);
  });

  test('is not exact in any other result', () => {
    expect(project(createMetrics({ pricing }), log)).toMatchObject({
      exact: false,
      metrics: { total: { calls: 2, unmetered_calls: 1 } },
    });
    expect(project(createSummary({ pricing }), log)).toMatchObject({ exact: false, calls: 2 });
    expect(project(createRuns({ pricing }), log)).toMatchObject([{ exact: false, calls: 2 }]);
    for (const by of ['day', 'model', 'workflow', 'node', 'phase'] as const) {
      const spend = project(createSpend({ pricing, by }), log);
      expect(spend).toMatchObject({ exact: false, calls: 2, runs: 1 });
      expect(spend.groups.reduce((sum, { calls }) => sum + calls, 0)).toBe(2);
    }
  });

  test('is not exact in the trace, which counts the call', () => {
    expect(project(createTrace({ pricing }), log).llm_summary).toMatchObject({
      total_calls: 2,
      total_cost_usd: 0.0105,
      exact: false,
    });
    const other = project(createPlannerTrace({ pricing }), log).llm_summary;
    expect(other).toMatchObject({ total_calls: 0, exact: true });
  });

  test('is not exact in the trace of the planner if that made the call', () => {
    const planned = log.map((event) => ({ ...event, phase: 'planner' as const }));
    expect(project(createPlannerTrace({ pricing }), planned).llm_summary).toMatchObject({
      total_calls: 2,
      total_cost_usd: 0.0105,
      exact: false,
    });
    expect(project(createTrace({ pricing }), planned).llm_summary).toMatchObject({
      total_calls: 0,
      exact: true,
    });
  });

  test('marks the cost of the step', () => {
    expect(project(createSteps({ pricing }), log)).toMatchObject([
      { node_id: 'ask', cost_usd: 0.0105, exact: false },
    ]);
  });

  test('is exact before the call was sent', () => {
    const before = log.slice(0, log.findLastIndex(({ type }) => type === 'llm.completed') + 1);
    expect(costOf(before)).toMatchObject({ exact: true, calls: 1 });
  });

  test('has the call among what the run left open', () => {
    const { findings, open } = project(partners, log);
    expect(findings).toEqual([]);
    expect(open).toContainEqual(
      expect.objectContaining({ code: 'call-without-end', why: 'call 2 has no end' }),
    );
  });
});

test('a log of an older version shows an open call by its prompt', () => {
  const log = killed('trace').filter(({ type }) => type !== 'llm.sent');
  expect(costOf(log)).toMatchObject({ exact: false, unmetered: [{ model: MINI, calls: 1, reason: OPEN }] });
});

test('a prompt without an answer in a run that has ended was not sent', () => {
  const run = buildRun().started({ level: 'trace' }).call({ prompt: 'Why?', hangs: true }).ended('failed');
  expect(costOf(run.events)).toMatchObject({ exact: true, calls: 0, unmetered: [] });
});

test('a prompt that was not sent does not count in a run that records what is sent', () => {
  const run = buildRun().started({ level: 'trace' }).call({ prompt: 'Why?', sent: true });
  const log = run.call({ prompt: 'How?', hangs: true }).events;
  expect(costOf(log)).toMatchObject({ exact: true, calls: 1, unmetered: [] });
});

test('a call that only another copy of the run has the end of is not lost', () => {
  const all = buildRun().started().call({ sent: true }).call({ sent: true }).call({ sent: true }).events;
  const ends = all.flatMap(({ type }, at) => (type === 'llm.completed' ? [at] : []));
  const without = (...left: number[]): LogEvent[] => all.filter((_, at) => !left.includes(at));
  const [first = 0, second = 0, third = 0] = ends;
  for (const copies of [
    [without(second), without(first, third)],
    [without(first, third), without(second)],
  ]) {
    const spend = project(createSpend({ pricing, by: 'node' }), copies.flat());
    expect(spend).toMatchObject({ exact: false, calls: 3, runs: 1 });
    expect(spend.unmetered).toEqual([
      { model: SONNET, calls: 1, reason: 'only another copy of the log has the end of the call' },
    ]);
  }
});

test('a request that was sent counts, even if the run has ended without its answer', () => {
  const run = buildRun().started().call({ sent: true, hangs: true }).ended('interrupted');
  expect(costOf(run.events)).toMatchObject({ exact: false, calls: 1 });
});

test('each open call of a batch counts in its place, in planner and workflow', () => {
  const hanging = { sent: true, hangs: true } as const;
  const run = buildRun().started();
  run.planner(
    (planner) => planner.node('WorkflowGenerator', {}, () => planner.call(hanging)),
    5,
    'generated',
  );
  run.workflow(
    ['each'],
    () => {
      run.node('each', { hangs: true }, () => {
        for (const item of [0, 1, 2]) {
          run.node('each', { item, hangs: true }, () => run.call(item === 1 ? { sent: true } : hanging));
        }
      });
    },
    null,
  );
  expect(costOf(run.events).by_node.map(({ node, phase, calls }) => [phase, node, calls])).toEqual([
    ['planner', 'WorkflowGenerator', 1],
    ['workflow', 'each', 3],
  ]);
});

test('the attempt that was sent last is the open one', () => {
  const run = buildRun()
    .started()
    .call({ sent: true, fails: 'busy' })
    .retried()
    .call({ sent: true, hangs: true });
  expect(costOf(run.events)).toMatchObject({
    calls: 1,
    failed_calls: 1,
    unmetered: [{ calls: 1, reason: OPEN }],
  });
});

test('a call that ends in another part of the log is not open', () => {
  const log = buildRun().started().call({ sent: true }).ended('success').events;
  const cost = createCost({ pricing });
  for (let cut = 0; cut <= log.length; cut += 1) {
    const merged = cost.merge?.(fold(cost, log.slice(0, cut)), fold(cost, log.slice(cut)));
    expect(merged === undefined ? undefined : cost.result(merged)).toMatchObject({ exact: true, calls: 1 });
  }
});

test('a copy of the run that was cut off opens no call of the whole one', () => {
  const log = buildRun().started().call({ sent: true }).ended('success').events;
  const both = [...log.slice(0, 2), ...log];
  expect(project(createSpend({ pricing }), both)).toMatchObject({ exact: true, calls: 1, unmetered: [] });
});
