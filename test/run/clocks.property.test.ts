// Invariant: whatever the clocks of the machine do, a run emits the same events in the same order, no time goes back
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

/** A batch writes to the store how long its items took. */
const flows = randomWorkflow.filter(({ nodes }) => nodes.every(({ batch }) => batch === undefined));

interface ClockFaults {
  /** Errors of the wall clock at each reading after the start of the run. They repeat. */
  readonly wall?: readonly number[];
  /** By how much the monotonic clock advances at each reading; repeats. */
  readonly steps?: readonly number[];
}

/** Counts the readings before the first event: for the id and the start. */
const READS_BEFORE_START = 2;

function host({ wall = [0], steps = [0.25] }: ClockFaults): LogHost {
  let [reads, ticks, elapsed] = [0, 0, 5_000];
  return {
    now() {
      reads += 1;
      const off = reads > READS_BEFORE_START ? (wall[reads % wall.length] ?? 0) : 0;
      return START + off;
    },
    monotonic() {
      ticks += 1;
      elapsed += steps[ticks % steps.length] ?? 0;
      return elapsed;
    },
    randomBytes: (count) => new Uint8Array(count).fill(7),
  };
}

async function eventsOf(flow: Workflow, faults: ClockFaults): Promise<readonly LogEvent[]> {
  const faulty = host(faults);
  const log = openMemoryLog({ level: 'trace', host: faulty, redactor: createRedactor(), keep: true });
  await runRandomWorkflow(flow, { log, host: faulty });
  return log.events;
}

const jump = fc.constantFrom(-HOUR, YEAR, -YEAR, 0, Number.NaN, Number.POSITIVE_INFINITY, -1);
const step = fc.constantFrom(0, 0.25, -1, -60_000, 1e9, 0.001);

test('a wall clock that jumps back or forward, or stops, changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(flows, fc.array(jump, { minLength: 1, maxLength: 5 }), async (flow, wall) => {
      expect(JSON.stringify(await eventsOf(flow, { wall }))).toBe(JSON.stringify(await eventsOf(flow, {})));
    }),
    { numRuns: 60 },
  );
});

/** The events without any time. */
function timeless(events: readonly LogEvent[]): unknown {
  return JSON.parse(
    JSON.stringify(events, (key, value: unknown) =>
      ['at', 'ms', 'duration_ms', 'wait_ms'].includes(key) ? undefined : value,
    ),
  );
}

test('a monotonic clock that stops, jumps or goes back changes only times, and no time goes back', async () => {
  await fc.assert(
    fc.asyncProperty(flows, fc.array(step, { minLength: 1, maxLength: 5 }), async (flow, steps) => {
      const steady = await eventsOf(flow, {});
      const disturbed = await eventsOf(flow, { steps });
      expect(timeless(disturbed)).toEqual(timeless(steady));
      expect(project(partners, disturbed).findings).toEqual([]);
      for (const { data } of disturbed) {
        if ('duration_ms' in data) expect(data.duration_ms).toBeGreaterThanOrEqual(0);
      }
      const result = project(metrics, disturbed);
      expect(result.duration_ms).toBeGreaterThanOrEqual(0);
      expect(result.total_cost_usd).toBe(project(metrics, steady).total_cost_usd);
      expect(result.metrics.total).toEqual(project(metrics, steady).metrics.total);
    }),
    { numRuns: 60 },
  );
});

test('a stopped clock gives a run of 0 ms', async () => {
  const [flow] = fc.sample(flows, { numRuns: 1, seed: 4 });
  const events = await eventsOf(flow as Workflow, { steps: [0] });
  expect(new Set(events.map(({ ms }) => ms))).toEqual(new Set([0]));
  expect(project(metrics, events).duration_ms).toBe(0);
});
