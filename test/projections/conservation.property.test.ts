// Invariant: every call counts exactly once, in any order of events and any grouping of the cost.
import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCost } from '../../projections/cost/projection.ts';
import { project, projectRuns } from '../../projections/fold.ts';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { createProjections } from '../../projections/projection-list.ts';
import { createPlannerTrace } from '../../projections/planner-trace/projection.ts';
import { createSteps } from '../../projections/steps/projection.ts';
import { createSummary } from '../../projections/summary/projection.ts';
import { createTrace } from '../../projections/trace/projection.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { runId } from '../support/run-builder.ts';
import { interleaved, permittedLog, wellFormedLog, wellFormedRun } from '../support/log-arbitraries.ts';
import { TEST_PRICES, testPricing, type TestCard } from '../support/test-prices.ts';

const pricing = testPricing();
const metrics = createMetrics({ pricing });
const cost = createCost({ pricing });
const steps = createSteps({ pricing });
const trace = createTrace({ pricing });
const plannerTrace = createPlannerTrace({ pricing });
const summary = createSummary({ pricing });
const RUNS = { numRuns: 80 };

function sumOf(amounts: readonly string[]): string {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toFixed();
}

/** Writes a number as JSON does, without an exponent. */
function decimal(dollars: number): string {
  return new Big(String(dollars)).toFixed();
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** The first and last events of a run. Events of different nodes in between may come in any order. */
function independently(run: readonly LogEvent[]): fc.Arbitrary<readonly LogEvent[]> {
  const isOfNode = ({ node }: LogEvent): boolean => node !== undefined;
  const first = run.findIndex(isOfNode);
  const last = run.findLastIndex(isOfNode);
  if (first < 0) return fc.constant(run);
  const middle = run.slice(first, last + 1);
  const ids = [...new Set(middle.map(({ phase, node }) => `${phase ?? ''} ${node ?? ''}`))];
  const lists = ids.map((id) => middle.filter(({ phase, node }) => `${phase ?? ''} ${node ?? ''}` === id));
  return interleaved(lists).map((mixed) => [...run.slice(0, first), ...mixed, ...run.slice(last + 1)]);
}

describe('order', () => {
  test('events of independent nodes give the same totals in any order', () => {
    fc.assert(
      fc.property(
        wellFormedRun.chain((run) => fc.tuple(fc.constant(run), independently(run))),
        ([run, mixed]) => {
          expect(project(metrics, mixed)).toEqual(project(metrics, run));
          expect(project(cost, mixed)).toEqual(project(cost, run));
          const byId = (events: readonly LogEvent[]): unknown =>
            new Map(project(steps, events).map((step) => [step.node_id, step]));
          expect(byId(mixed)).toEqual(byId(run));
        },
      ),
      RUNS,
    );
  });

  test('interleaving two runs changes neither result', () => {
    const other = wellFormedRun.map((run) => run.map((event) => ({ ...event, run: runId(2) })));
    fc.assert(
      fc.property(
        fc.tuple(wellFormedRun, other).chain((runs) => fc.tuple(fc.constant(runs), interleaved(runs))),
        ([[one, two], mixed]) => {
          for (const projection of createProjections({ pricing })) {
            const apart = new Map([...projectRuns(projection, one), ...projectRuns(projection, two)]);
            expect(projectRuns(projection, mixed)).toEqual(apart);
          }
          expect(project(metrics, mixed)).toEqual(project(metrics, [...one, ...two]));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('conservation', () => {
  test('the total is the sum over nodes, over models and over phases', () => {
    fc.assert(
      fc.property(fc.oneof(wellFormedLog, permittedLog), (log) => {
        const { by_model, by_node, by_phase, ...whole } = project(cost, log);
        const amounts = [by_model, by_node, by_phase].map((rows) =>
          sumOf(rows.map(({ cost_usd }) => cost_usd)),
        );
        expect(amounts).toEqual([whole.total_cost_usd, whole.total_cost_usd, whole.total_cost_usd]);
        expect(sumOf([whole.known_cost_usd, whole.estimated_cost_usd])).toBe(whole.total_cost_usd);
      }),
      RUNS,
    );
  });

  test('tokens and calls of the metrics are the sums over phases and over models', () => {
    fc.assert(
      fc.property(wellFormedLog, (log) => {
        const document = project(metrics, log);
        const { planner, workflow } = document.metrics;
        const phases = [planner, workflow].filter((phase) => phase !== null);
        for (const name of ['tokens_input', 'tokens_output', 'tokens_total'] as const) {
          const whole = document.metrics.total[name];
          expect(total(phases.map((phase) => phase[name]))).toBe(whole);
          expect(total(document.models.map((model) => model[name]))).toBe(whole);
        }
        expect(total(document.models.map(({ calls }) => calls))).toBe(document.metrics.total.calls);
        expect(document.num_nodes).toBe(total(phases.map(({ nodes_executed }) => nodes_executed)));
      }),
      RUNS,
    );
  });

  test('the costs of planner and workflow add up to the total in every projection, to the last digit', () => {
    const both = (a: number, b: number): string => sumOf([a, b].map(decimal));
    fc.assert(
      fc.property(fc.oneof(wellFormedLog, permittedLog), (log) => {
        const { metrics: spent, total_cost_usd } = project(metrics, log);
        const { planner, workflow } = spent;
        expect(both(planner?.cost_usd ?? 0, workflow?.cost_usd ?? 0)).toBe(decimal(total_cost_usd));
        const exact = project(cost, log);
        expect(sumOf(exact.by_phase.map(({ cost_usd }) => cost_usd))).toBe(exact.total_cost_usd);
        expect(decimal(total_cost_usd)).toBe(
          new Big(exact.total_cost_usd).round(6, Big.roundHalfEven).toFixed(),
        );

        const alone = projectRuns(metrics, log);
        const planners = projectRuns(plannerTrace, log);
        const workflows = projectRuns(trace, log);
        const summaries = projectRuns(summary, log);
        for (const [run, whole] of alone) {
          const of = (
            traces: ReadonlyMap<string, { readonly llm_summary: { readonly total_cost_usd: number } }>,
          ): number => traces.get(run)?.llm_summary.total_cost_usd ?? Number.NaN;
          expect(of(planners)).toBe(whole.metrics.planner?.cost_usd ?? 0);
          expect(both(of(planners), of(workflows))).toBe(decimal(whole.total_cost_usd));
          expect(summaries.get(run)?.cost_usd).toBe(whole.total_cost_usd);
        }
      }),
      RUNS,
    );
  });

  test('a reused answer is never paid', () => {
    fc.assert(
      fc.property(wellFormedLog, (log) => {
        const paid = withoutReused(log);
        const { reused_cost_usd: _reused, models: _models, ...all } = project(metrics, log);
        const { reused_cost_usd, models: _paidModels, ...without } = project(metrics, paid);
        expect(reused_cost_usd).toBe(0);
        expect(all.total_cost_usd).toBe(without.total_cost_usd);
        expect(all.metrics.total).toEqual(without.metrics.total);
      }),
      RUNS,
    );
  });

  test('logs of level metrics and trace give the same metrics', () => {
    // A prompt counts as a call that is on its way, in logs of writers that did not report it.
    const content = new Set(['llm.answered', 'template.resolved', 'store.changed', 'output.produced']);
    fc.assert(
      fc.property(fc.oneof(wellFormedLog, permittedLog), (log) => {
        const accounting = log.filter(({ type }) => !content.has(type));
        const runs = new Set(accounting.map(({ run }) => run));
        expect(project(metrics, accounting)).toEqual(
          project(
            metrics,
            log.filter(({ run }) => runs.has(run)),
          ),
        );
      }),
      RUNS,
    );
  });
});

/** Leaves out reused answers with their prompts: a prompt without its end would be an open call. */
function withoutReused(log: readonly LogEvent[]): readonly LogEvent[] {
  const dropped = new Set<LogEvent>();
  const announced = new Map<string, LogEvent[]>();
  for (const event of log) {
    const { type, run, phase, node, visit, item, attempt } = event;
    const place = JSON.stringify([run, phase, node, visit, item, attempt]);
    if (type === 'llm.prompted' || type === 'llm.sent')
      announced.set(place, [...(announced.get(place) ?? []), event]);
    else if (type === 'llm.completed' || type === 'llm.failed') {
      if (type === 'llm.completed' && event.data.reused !== undefined)
        for (const part of [event, ...(announced.get(place) ?? [])]) dropped.add(part);
      announced.delete(place);
    }
  }
  return log.filter((event) => !dropped.has(event));
}

describe('other prices', () => {
  const scaled = (factor: number): Record<string, TestCard> =>
    Object.fromEntries(
      Object.entries(TEST_PRICES).map(([model, card]) => {
        const times = (price: number): number => Number(new Big(price).times(factor).toFixed());
        const { input, output, cache_read, cache_write, cache_write_1h } = card;
        return [
          model,
          {
            input: times(input),
            output: times(output),
            cache_read: times(cache_read),
            cache_write: times(cache_write),
            cache_write_1h: times(cache_write_1h),
          },
        ];
      }),
    );

  test('costs are proportional to prices', () => {
    fc.assert(
      fc.property(wellFormedLog, fc.integer({ min: 1, max: 50 }), (log, k) => {
        const dearer = project(createCost({ pricing: testPricing(scaled(k)) }), log);
        const plain = project(cost, log);
        expect(dearer.total_cost_usd).toBe(new Big(plain.total_cost_usd).times(k).toFixed());
        expect(dearer.reused_cost_usd).toBe(new Big(plain.reused_cost_usd).times(k).toFixed());
      }),
      RUNS,
    );
  });

  test('a price that no call uses changes nothing', () => {
    const more = testPricing({
      ...TEST_PRICES,
      'other/unused': { input: 99, output: 99, cache_read: 99, cache_write: 99, cache_write_1h: 99 },
    });
    fc.assert(
      fc.property(wellFormedLog, (log) => {
        expect(project(createMetrics({ pricing: more }), log)).toEqual(project(metrics, log));
      }),
      { numRuns: 40 },
    );
  });
});
