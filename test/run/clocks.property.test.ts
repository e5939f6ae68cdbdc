// Invariant: whatever is done to the clocks of the machine, a run says the same in the same order, no time goes back
// and no duration is negative. A wall clock that jumps changes not one byte.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { project } from '../../projections/fold.ts';
import { createMetrics } from '../../projections/metrics/projection.ts';
import { partners } from '../../projections/partners/projection.ts';
import type { LogEvent } from '../../src/events/event.ts';
import type { LogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import type { Workflow } from '../../src/workflow/schema.ts';
import { randomWorkflow, runRandomWorkflow } from '../support/random-workflows.ts';
import { testPricing } from '../support/test-prices.ts';

const START = Date.UTC(2026, 10, 22, 9, 30);
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const metrics = createMetrics({ pricing: testPricing() });

interface Lies {
  /** What the wall clock is off by at each look after the run has begun; over and over. */
  readonly wall?: readonly number[];
  /** What the monotonic clock goes on by at each look; over and over. */
  readonly steps?: readonly number[];
}

/** The id of the run and its start are asked for before anything is told. */
const LOOKS_BEFORE_START = 2;

function host({ wall = [0], steps = [0.25] }: Lies): LogHost {
  let [looks, moments, elapsed] = [0, 0, 5_000];
  return {
    now() {
      looks += 1;
      const off = looks > LOOKS_BEFORE_START ? (wall[looks % wall.length] ?? 0) : 0;
      return START + off;
    },
    monotonic() {
      moments += 1;
      elapsed += steps[moments % steps.length] ?? 0;
      return elapsed;
    },
    randomBytes: (count) => new Uint8Array(count).fill(7),
  };
}

async function eventsOf(flow: Workflow, lies: Lies): Promise<readonly LogEvent[]> {
  const lying = host(lies);
  const log = openMemoryLog({ level: 'trace', host: lying, redactor: createRedactor(), keep: true });
  await runRandomWorkflow(flow, { log, host: lying });
  return log.events;
}

const jump = fc.constantFrom(-HOUR, YEAR, -YEAR, 0, Number.NaN, Number.POSITIVE_INFINITY, -1);
const step = fc.constantFrom(0, 0.25, -1, -60_000, 1e9, 0.001);

test('a wall clock that jumps back, forward, or stands still changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(randomWorkflow, fc.array(jump, { minLength: 1, maxLength: 5 }), async (flow, wall) => {
      expect(JSON.stringify(await eventsOf(flow, { wall }))).toBe(JSON.stringify(await eventsOf(flow, {})));
    }),
    { numRuns: 60 },
  );
});

/** All that is told, without any time. */
function timeless(events: readonly LogEvent[]): unknown {
  return JSON.parse(
    JSON.stringify(events, (key, value: unknown) =>
      ['at', 'ms', 'duration_ms', 'wait_ms'].includes(key) ? undefined : value,
    ),
  );
}

test('a monotonic clock that stands still, jumps or goes back changes times only, and none goes back', async () => {
  await fc.assert(
    fc.asyncProperty(randomWorkflow, fc.array(step, { minLength: 1, maxLength: 5 }), async (flow, steps) => {
      const steady = await eventsOf(flow, {});
      const lied = await eventsOf(flow, { steps });
      expect(timeless(lied)).toEqual(timeless(steady));
      expect(project(partners, lied).findings).toEqual([]);
      for (const { data } of lied) {
        if ('duration_ms' in data) expect(data.duration_ms).toBeGreaterThanOrEqual(0);
      }
      const result = project(metrics, lied);
      expect(result.duration_ms).toBeGreaterThanOrEqual(0);
      expect(result.total_cost_usd).toBe(project(metrics, steady).total_cost_usd);
      expect(result.metrics.total).toEqual(project(metrics, steady).metrics.total);
    }),
    { numRuns: 60 },
  );
});

test('a clock that stands still gives a run without a moment', async () => {
  const [flow] = fc.sample(randomWorkflow, { numRuns: 1, seed: 4 });
  const events = await eventsOf(flow as Workflow, { steps: [0] });
  expect(new Set(events.map(({ ms }) => ms))).toEqual(new Set([0]));
  expect(project(metrics, events).duration_ms).toBe(0);
});
