// Invariant: every run counts exactly once, however its logs are read, split, copied or grouped, and groups add up to
// the cost.
import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UTC } from '../../../projections/tally/calendar.ts';
import { createCost } from '../../../projections/cost/projection.ts';
import { fold, project, startFold, startLive, step } from '../../../projections/fold.ts';
import { createSpend } from '../../../projections/spend/projection.ts';
import type { SpendState } from '../../../projections/spend/state.ts';
import { SPEND_GROUPS, spendSchema, type Spend } from '../../../projections/spend/schema.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { interleaved, permittedLog, wellFormedLog, wellFormedRun } from '../../support/log-arbitraries.ts';
import { runId } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

const pricing = testPricing();
const cost = createCost({ pricing });
const anyLog = fc.oneof(permittedLog, wellFormedLog);
/** Offset by half an hour: days and weeks begin in the middle of an hour. */
const zone = {
  name: 'test',
  offsetAt: (moment: number) => (moment % 7_200_000 < 3_600_000 ? -19_800_000 : 1_800_000),
};
const RUNS = { numRuns: 25 };

function sumOf(amounts: readonly string[]): string {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toFixed();
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** The fields that do not depend on how often a run was found. */
function withoutCopies({ repeated_runs: _repeated, ...rest }: Spend): unknown {
  return rest;
}

function runsOf(log: readonly LogEvent[]): LogEvent[][] {
  const ids = [...new Set(log.map(({ run }) => run))];
  return ids.map((id) => log.filter(({ run }) => run === id));
}

describe.each(SPEND_GROUPS)('by %s', (by) => {
  const spend = createSpend({ pricing, by, zone });
  const merge = (a: SpendState, b: SpendState): SpendState => spend.merge?.(a, b) ?? spend.initial();

  test('the streamed state equals the state of the bulk fold', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const live = startLive(spend);
        for (const event of log) live.add(event);
        expect(live.state()).toEqual(fold(spend, log));
      }),
      RUNS,
    );
  });

  test('a log can be folded in any parts', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), (log, cut) => {
        const at = cut % (log.length + 1);
        const first = fold(spend, log.slice(0, at));
        expect(log.slice(at).reduce((state, event) => step(spend, state, event), first)).toEqual(
          fold(spend, log),
        );
      }),
      RUNS,
    );
  });

  test('folds of parts merge in any grouping, even from another thread', () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), fc.nat(), (log, one, two) => {
        const [low = 0, high = 0] = [one, two].map((cut) => cut % (log.length + 1)).sort((a, b) => a - b);
        const parts = [log.slice(0, low), log.slice(low, high), log.slice(high)];
        const [a, b, c] = parts.map((part) => structuredClone(startedWith(part))) as [
          SpendState,
          SpendState,
          SpendState,
        ];
        const whole = fold(spend, log);
        expect(merge(merge(a, b), c)).toEqual(whole);
        expect(merge(a, merge(b, c))).toEqual(whole);
        expect(merge(spend.initial(), whole)).toEqual(whole);
        expect(merge(whole, spend.initial())).toEqual(whole);
        expect(JSON.stringify(spend.result(merge(merge(a, b), c)))).toBe(JSON.stringify(spend.result(whole)));
      }),
      RUNS,
    );
  });

  test('merging does not change the merged parts, even if the merged fold continues', () => {
    fc.assert(
      fc.property(anyLog, anyLog, (one, two) => {
        const [a, b] = [fold(spend, one), fold(spend, two)];
        const before = [structuredClone(a), structuredClone(b)];
        const whole = merge(a, b);
        for (const event of one)
          if ((spend.handles as readonly string[]).includes(event.type)) spend.evolve(whole, event);
        expect([a, b]).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  test('every prefix has a valid result', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const running = startFold(spend);
        for (const event of log) {
          running.add(event);
          const result = running.result();
          expect(spendSchema.strict().parse(result)).toEqual(result);
        }
        expect(JSON.stringify(running.result())).toBe(JSON.stringify(project(spend, log)));
      }),
      { numRuns: 8 },
    );
  });

  test('the groups add up to the result of the cost projection, to the last digit', () => {
    fc.assert(
      fc.property(wellFormedLog, (log) => {
        const { groups, ...all } = project(spend, log);
        const bill = project(cost, log);
        const { by_model, by_node: _nodes, by_phase: _phases, ...whole } = bill;
        expect(all).toMatchObject(whole);
        expect(sumOf(groups.map(({ cost_usd }) => cost_usd))).toBe(bill.total_cost_usd);
        for (const name of ['known_cost_usd', 'estimated_cost_usd', 'reused_cost_usd'] as const)
          expect(sumOf(groups.map((row) => row[name]))).toBe(bill[name]);
        for (const name of ['calls', 'failed_calls', 'reused_calls'] as const)
          expect(total(groups.map((row) => row[name]))).toBe(bill[name]);
        for (const name of ['tokens_input', 'tokens_output', 'tokens_total', 'tokens_cache_read'] as const) {
          expect(total(groups.map((row) => row[name]))).toBe(all[name]);
          expect(total(by_model.map((row) => row[name]))).toBe(all[name]);
        }
        expect(groups.map(({ group }) => group ?? '')).toEqual(groups.map(({ group }) => group ?? '').sort());
      }),
      RUNS,
    );
  });

  test('a run that is found twice, whole or truncated, in any order, counts once', () => {
    const copied = wellFormedLog.chain((log) => {
      const runs = runsOf(log);
      const pieces = runs.flatMap((run) => [
        fc.constant(run),
        fc.nat(run.length).map((length) => run.slice(0, length)),
        fc.nat(run.length).map((length) => run.slice(0, length)),
      ]);
      const copies = fc.tuple(...pieces).chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
      return fc.tuple(fc.constant(log), copies);
    });
    fc.assert(
      fc.property(copied, ([log, copies]) => {
        expect(withoutCopies(project(spend, copies.flat()))).toEqual(withoutCopies(project(spend, log)));
      }),
      RUNS,
    );
  });

  test('the copy with more calls counts, in any order', () => {
    const isCall = ({ type }: LogEvent): boolean => type === 'llm.completed' || type === 'llm.failed';
    fc.assert(
      fc.property(wellFormedRun, fc.infiniteStream(fc.boolean()), (run, keep) => {
        const damaged = run.filter((event) => !isCall(event) || keep.next().value);
        const expected = withoutCopies(project(spend, run));
        expect(withoutCopies(project(spend, [...run, ...damaged]))).toEqual(expected);
        expect(withoutCopies(project(spend, [...damaged, ...run]))).toEqual(expected);
        expect(withoutCopies(project(spend, [...damaged, ...run, ...damaged]))).toEqual(expected);
      }),
      RUNS,
    );
  });

  test('interleaving two runs changes neither result', () => {
    const other = wellFormedRun.map((run) => run.map((event) => ({ ...event, run: runId(2) })));
    fc.assert(
      fc.property(
        fc.tuple(wellFormedRun, other).chain((runs) => fc.tuple(fc.constant(runs), interleaved(runs))),
        ([[one, two], mixed]) => {
          expect(project(spend, mixed)).toEqual(project(spend, [...one, ...two]));
        },
      ),
      { numRuns: 25 },
    );
  });

  function startedWith(part: readonly LogEvent[]): SpendState {
    const running = startFold(spend);
    for (const event of part) running.add(event);
    return running.state();
  }
});

test('--since and --until include only the calls of those days', () => {
  const days = ['2019-12-31', '2020-01-01', '2026-11-21', '2026-11-22', '9999-12-31'];
  const day = fc.option(fc.constantFrom(...days), { nil: undefined });
  fc.assert(
    fc.property(anyLog, day, day, (any, since, until) => {
      // Whether a call is open depends on what came on other days.
      const log = any.filter(({ type }) => type !== 'llm.sent' && type !== 'llm.prompted');
      const kept = log.filter(
        ({ at }) => at.slice(0, 10) >= (since ?? '') && at.slice(0, 10) <= (until ?? '~'),
      );
      const limited = project(createSpend({ pricing, since, until, zone: UTC }), log);
      expect(limited).toEqual({
        ...project(createSpend({ pricing }), kept),
        since: since ?? null,
        until: until ?? null,
      });
    }),
    { numRuns: 80 },
  );
});
