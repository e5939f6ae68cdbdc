// Invariant: a comparison is two cost results of the same calls and their difference, in total and in every row. Rows
// add up to the total, and prices do not move calls.
import Big from 'big.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCostComparison } from '../../../projections/cost-comparison/projection.ts';
import { createCost } from '../../../projections/cost/projection.ts';
import { fold, project, startFold, startLive } from '../../../projections/fold.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { permittedLog, wellFormedLog } from '../../support/log-arbitraries.ts';
import { MINI, TEST_PRICES, testPricing } from '../../support/test-prices.ts';

const before = testPricing();
const after = testPricing({
  ...TEST_PRICES,
  [MINI]: { input: 0.1, output: 0.7, cache_read: 0, cache_write: 0.1, cache_write_1h: 9 },
});
const comparison = createCostComparison({ before, after });
const anyLog = fc.oneof(permittedLog, wellFormedLog);

test('both sides equal the results of the cost projection, and the difference is that of their totals', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const result = comparison.schema.parse(project(comparison, log));
      const [one, other] = [before, after].map((pricing) => project(createCost({ pricing }), log));
      expect([result.before_usd, result.after_usd]).toEqual([one?.total_cost_usd, other?.total_cost_usd]);
      expect(result.by_model.map(({ before_usd }) => before_usd)).toEqual(
        one?.by_model.map(({ cost_usd }) => cost_usd),
      );
      expect(result.by_node.map(({ after_usd }) => after_usd)).toEqual(
        other?.by_node.map(({ cost_usd }) => cost_usd),
      );
      for (const row of [result, ...result.by_model, ...result.by_node, ...result.by_phase]) {
        expect(row.difference_usd).toBe(new Big(row.after_usd).minus(row.before_usd).toFixed());
      }
    }),
    { numRuns: 60 },
  );
});

test('the differences of models, of nodes and of phases add up to the total difference', () => {
  fc.assert(
    fc.property(anyLog, (log) => {
      const { by_model, by_node, by_phase, difference_usd } = project(comparison, log);
      for (const rows of [by_model, by_node, by_phase]) {
        const sum = rows.reduce((total, row) => total.plus(row.difference_usd), new Big(0));
        expect(sum.toFixed()).toBe(difference_usd);
      }
    }),
    { numRuns: 60 },
  );
});

test('equal prices have no difference', () => {
  const same = createCostComparison({ before, after: testPricing() });
  fc.assert(
    fc.property(anyLog, (log) => {
      const { difference_usd, by_model } = project(same, log);
      expect([difference_usd, ...by_model.map((row) => row.difference_usd)]).toEqual([
        '0',
        ...by_model.map(() => '0'),
      ]);
    }),
    { numRuns: 30 },
  );
});

test('folds of two parts merge, and live and bulk folds give the same result', () => {
  const printed = (log: readonly LogEvent[]): string => JSON.stringify(project(comparison, log));
  fc.assert(
    fc.property(anyLog, fc.nat(), (log, cut) => {
      const at = cut % (log.length + 1);
      const merged = comparison.merge?.(fold(comparison, log.slice(0, at)), fold(comparison, log.slice(at)));
      expect(merged === undefined ? '' : JSON.stringify(comparison.result(merged))).toBe(printed(log));
      const live = startLive(comparison);
      for (const event of log) live.add(event);
      expect(JSON.stringify(live.result())).toBe(printed(log));
    }),
    { numRuns: 40 },
  );
});

test('a run that is over leaves its counts alone, and the result is the same', () => {
  fc.assert(
    fc.property(wellFormedLog, (log) => {
      const running = startFold(comparison);
      const whole = new Set<string>();
      for (const event of log) {
        running.add(event);
        if (event.type !== 'run.completed') continue;
        comparison.settle?.(running.state(), event.run);
        whole.add(event.run);
      }
      expect(JSON.stringify(running.result())).toBe(JSON.stringify(project(comparison, log)));
      const { before: one, after: other } = running.state();
      const left = [one, other].flatMap(({ ledger }) => [...ledger.calls]);
      // A call that was sent and has no end stays open.
      expect(left.filter(([run, { begun }]) => whole.has(run) && begun.size === 0)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
