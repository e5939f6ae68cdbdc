// Invariant: observing a run changes nothing. A workflow ends with the same outcome, the same output and the same store
// without a log, with a log of level metrics, and with one of level trace.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/events/event.ts';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import type { Workflow } from '../../src/workflow/schema.ts';
import { randomWorkflow, runRandomWorkflow } from '../support/random-workflows.ts';

interface Observed {
  readonly outcome: unknown;
  readonly events: readonly LogEvent[];
}

async function run(flow: Workflow, level: 'none' | 'metrics' | 'trace'): Promise<Observed> {
  const log =
    level === 'none'
      ? undefined
      : openMemoryLog({ level, host: systemLogHost, redactor: createRedactor({}), keep: true });
  const { status, output, shared, recovered, lastNode, error } = await runRandomWorkflow(flow, {
    ...(log === undefined ? {} : { log }),
  });
  const failed = error && [error.code, error.message, error.node_id];
  return {
    outcome: withoutTiming({ status, output, shared, recovered, lastNode, error: failed }),
    events: log?.events ?? [],
  };
}

/** Drops how long the items of a batch took. Values of the store that are not JSON stay. */
function withoutTiming(value: unknown, open: readonly unknown[] = []): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutTiming(each, open));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  if (open.includes(value)) return 'circular';
  const kept = Object.entries(value).filter(([key]) => key !== 'timing');
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutTiming(each, [...open, value])]));
}

test('outcome, output and store are the same at every level', async () => {
  // What the random workflows contain, so that the property cannot hold vacuously.
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(randomWorkflow, async (flow) => {
      const unseen = await run(flow, 'none');
      const metrics = await run(flow, 'metrics');
      const trace = await run(flow, 'trace');
      expect(metrics.outcome).toEqual(unseen.outcome);
      expect(trace.outcome).toEqual(unseen.outcome);
      for (const { type, visit, node } of trace.events) {
        met.add(visit === undefined ? type : 'a loop');
        if (node?.includes('/') === true) met.add('nested');
      }
    }),
    { numRuns: 120 },
  );
  const required = [
    ...['a loop', 'node.failed', 'node.retried', 'warning.raised', 'llm.completed', 'llm.failed'],
    ...['batch.started', 'item.produced', 'node.approval', 'nested'],
  ];
  expect(required.filter((one) => !met.has(one))).toEqual([]);
});
