// Invariant: on well-formed logs each projection gives the same result as a naive oracle of a few lines.
import Big from 'big.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answers } from '../../projections/answers/projection.ts';
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { partners } from '../../projections/partners/projection.ts';
import { toDollars } from '../../projections/pricing/decimal.ts';
import { createPlannerTrace } from '../../projections/planner-trace/projection.ts';
import { createSteps } from '../../projections/steps/projection.ts';
import { store } from '../../projections/store/projection.ts';
import { createSummary } from '../../projections/summary/projection.ts';
import { createTrace } from '../../projections/trace/projection.ts';
import { warnings } from '../../projections/warnings/projection.ts';
import { wellFormedLog, wellFormedRun } from '../support/log-arbitraries.ts';
import { testPricing } from '../support/test-prices.ts';
import { metricsOracle } from './oracles/metrics-oracle.ts';
import { callsIn, dollarsOf, isReused } from './oracles/money-oracle.ts';
import {
  answersOracle,
  loneEndsOracle,
  stepsOracle,
  storeOracle,
  warningsOracle,
} from './oracles/run-oracles.ts';
import { plannerOracle } from './oracles/planner-oracle.ts';
import { placeOf, traceNodesOracle } from './oracles/trace-oracle.ts';

const pricing = testPricing();
const RUNS = { numRuns: 120 };

test('metrics gives the result of its oracle', () => {
  const metrics = createMetrics({ pricing });
  fc.assert(
    fc.property(wellFormedLog, (log) => {
      expect(project(metrics, log)).toEqual(metricsOracle(log));
    }),
    RUNS,
  );
});

test('cost gives the result of its oracle', () => {
  const cost = createCost({ pricing });
  fc.assert(
    fc.property(wellFormedLog, (log) => {
      const { total_cost_usd, reused_cost_usd } = project(cost, log);
      const calls = callsIn(log);
      expect(toDollars(new Big(total_cost_usd))).toBe(dollarsOf(calls.filter((call) => !isReused(call))));
      expect(toDollars(new Big(reused_cost_usd))).toBe(dollarsOf(calls.filter(isReused)));
    }),
    RUNS,
  );
});

test('store gives the result of its oracle', () => {
  fc.assert(
    fc.property(wellFormedRun, (run) => {
      expect(JSON.stringify(project(store, run))).toBe(JSON.stringify({ store: storeOracle(run) }));
    }),
    RUNS,
  );
});

test('steps gives the result of its oracle', () => {
  const steps = createSteps({ pricing });
  fc.assert(
    fc.property(wellFormedRun, (run) => {
      expect(project(steps, run)).toEqual(stepsOracle(run));
    }),
    RUNS,
  );
});

test('warnings gives the result of its oracle', () => {
  fc.assert(
    fc.property(wellFormedRun, (run) => {
      expect(project(warnings, run)).toEqual(warningsOracle(run));
    }),
    RUNS,
  );
});

test('answers gives the result of its oracle', () => {
  fc.assert(
    fc.property(wellFormedLog, (log) => {
      const found = project(answers, log).map(({ run, seq, node, call, prompt, response, usage }) => ({
        ...{ run, seq, node, call, prompt, response, usage },
      }));
      expect(found).toEqual(answersOracle(log));
    }),
    RUNS,
  );
});

test('trace gives the result of its oracle', () => {
  const trace = createTrace({ pricing });
  fc.assert(
    fc.property(wellFormedRun, (run) => {
      const nodes = project(trace, run).nodes.map((node) => ({
        place: placeOf({
          node: node.node_id,
          visit: node.visit ?? 1,
          ...(node.item === undefined ? {} : { item: node.item }),
        }),
        shared_before: node.shared_before,
        shared_after: node.shared_after,
        success: node.success,
        calls: node.llm_calls.map(({ call }) => call),
        resolutions: node.template_resolutions.length,
        timestamp: node.timestamp,
      }));
      expect(JSON.stringify(nodes)).toBe(JSON.stringify(traceNodesOracle(run)));
    }),
    RUNS,
  );
});

test('planner-trace gives the result of its oracle', () => {
  const plannerTrace = createPlannerTrace({ pricing });
  fc.assert(
    fc.property(wellFormedRun, (run) => {
      const { status, path_taken, user_input, node_execution, llm_calls, llm_summary } = project(
        plannerTrace,
        run,
      );
      const calls = llm_calls.map(({ call, node, visit = 1, prompt, response, usage }) => ({
        ...{ call, node, visit, prompt, response, usage },
      }));
      const visits = node_execution.map(({ node, visit = 1, status: ended, duration_ms }) => ({
        ...{ node, visit, ended, duration_ms },
      }));
      const cost_usd = llm_summary.total_cost_usd;
      const facts = { status, path_taken, user_input, visits, calls, cost_usd };
      expect(JSON.stringify(facts)).toBe(JSON.stringify(plannerOracle(run)));
    }),
    RUNS,
  );
});

test('summary gives the result of its oracle', () => {
  const summary = createSummary({ pricing });
  const metrics = createMetrics({ pricing });
  fc.assert(
    fc.property(wellFormedRun, (run) => {
      const shown = project(summary, run);
      const { duration_ms, total_cost_usd, metrics: spent, status } = project(metrics, run);
      const { elapsed_ms, cost_usd, calls, nodes, current } = shown;
      expect({ elapsed_ms, cost_usd, calls, status: shown.status }).toEqual({
        ...{ elapsed_ms: duration_ms, cost_usd: total_cost_usd, calls: spent.total.calls, status },
      });
      const begun = nodes.filter(({ state }) => state !== 'waiting');
      expect(begun.length).toBe((spent.planner?.nodes_executed ?? 0) + (spent.workflow?.nodes_executed ?? 0));
      expect(current).toEqual(nodes.filter(({ state }) => state === 'running').map(({ node_id }) => node_id));
      expect(current.length > 0 && status !== 'incomplete').toBe(false);
    }),
    RUNS,
  );
});

test('partners gives the result of its oracle', () => {
  const inOrder = (ends: unknown): string[] => (ends as unknown[]).map((end) => JSON.stringify(end)).sort();
  fc.assert(
    fc.property(
      wellFormedLog.chain((log) => fc.tuple(fc.constant(log), fc.shuffledSubarray([...log.keys()]))),
      ([log, kept]) => {
        expect(project(partners, log).findings).toEqual([]);
        const rest = [...kept].sort((a, b) => a - b).flatMap((index) => log[index] ?? []);
        const lone = project(partners, rest).findings.filter(
          ({ code, why }) => code === 'end-without-start' && why.startsWith('node.'),
        );
        expect(inOrder(lone.map(({ run, seq }) => ({ run, seq })))).toEqual(inOrder(loneEndsOracle(rest)));
      },
    ),
    RUNS,
  );
});
