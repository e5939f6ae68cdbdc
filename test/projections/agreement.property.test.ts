// Invariant: projections of the same log agree on its cost, its calls and on whether the cost is exact.
import Big from 'big.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { createPlannerTrace } from '../../projections/planner-trace/projection.ts';
import { createRuns } from '../../projections/runs/projection.ts';
import { createSpend } from '../../projections/spend/projection.ts';
import { createSummary } from '../../projections/summary/projection.ts';
import { createTimeline } from '../../projections/timeline/projection.ts';
import { createTrace } from '../../projections/trace/projection.ts';
import { wellFormedLog, wellFormedRun } from '../support/log-arbitraries.ts';
import { testPricing } from '../support/test-prices.ts';

const pricing = testPricing();
const cost = createCost({ pricing, explain: true });
const metrics = createMetrics({ pricing });
const runs = createRuns({ pricing });
const spends = (['day', 'node', 'workflow', 'phase', 'model'] as const).map((by) =>
  createSpend({ pricing, by }),
);
const summary = createSummary({ pricing });
const timeline = createTimeline({ pricing });
const trace = createTrace({ pricing });
const plannerTrace = createPlannerTrace({ pricing });

/** A run that was killed while one of its first calls was on its way. */
const killedRun = fc.tuple(wellFormedRun, fc.nat(2)).map(([run, call]) => {
  const sent = run.flatMap(({ type }, index) => (type === 'llm.sent' ? [index] : []));
  return run.slice(0, (sent[call] ?? run.length) + 1);
});

function sumOf(amounts: readonly (string | null | undefined)[]): string {
  return amounts.reduce((sum, amount) => sum.plus(amount ?? 0), new Big(0)).toFixed();
}

test('the projections of many runs agree with the cost of the log', () => {
  fc.assert(
    fc.property(wellFormedLog, (log) => {
      const { total_cost_usd, calls, exact, lines } = project(cost, log);
      expect(sumOf(lines?.filter(({ reused }) => !reused).map((line) => line.cost_usd) ?? [])).toBe(
        total_cost_usd,
      );
      const whole = project(metrics, log);
      expect({ calls: whole.metrics.total.calls, exact: whole.exact }).toEqual({ calls, exact });
      const rows = project(runs, log);
      expect(sumOf(rows.map(({ cost_usd }) => cost_usd))).toBe(total_cost_usd);
      expect(rows.every((row) => row.exact)).toBe(exact);
      for (const spend of spends) {
        const { groups, ...spent } = project(spend, log);
        expect(spent).toMatchObject({ total_cost_usd, calls, exact });
        expect(sumOf(groups.map(({ cost_usd }) => cost_usd))).toBe(total_cost_usd);
        expect(groups.reduce((sum, group) => sum + group.calls, 0)).toBe(calls);
      }
    }),
    { numRuns: 60 },
  );
});

test('the projections of one run agree with its cost, also when a call was on its way at its end', () => {
  fc.assert(
    fc.property(fc.oneof(wellFormedRun, killedRun), (run) => {
      const { total_cost_usd, calls, exact } = project(cost, run);
      expect(project(summary, run)).toMatchObject({ calls, exact });
      const spans = project(timeline, run).filter(({ kind }) => kind === 'call');
      expect(sumOf(spans.map(({ cost_usd }) => cost_usd))).toBe(total_cost_usd);
      expect(spans.every((span) => span.exact !== false)).toBe(exact);
      const parts = [project(trace, run).llm_summary, project(plannerTrace, run).llm_summary];
      expect(parts.every((part) => part.exact)).toBe(exact);
    }),
    { numRuns: 120 },
  );
});
