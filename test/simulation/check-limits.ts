// Checks limits of time and of cost, and that nothing is left running.
import { createCost } from '../../projections/cost/projection.ts';
import { startLive } from '../../projections/fold.ts';
import { isAtLeast } from '../../projections/pricing/decimal.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { loadPricing } from '../../src/home/prices/pricing.ts';
import type { SimulatedRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** Work that ignores its signal is left after 2 s. A process has a second more. */
const GRACE_MS = 5_000;

export function checkLimits(scenario: Scenario, run: SimulatedRun): string[] {
  const { timeout = Infinity } = scenario;
  const problems = [...run.leftovers];
  if (run.elapsedMs > timeout * 1000 + GRACE_MS)
    problems.push(`the run took ${String(run.elapsedMs)} ms with a limit of ${String(timeout)} s`);
  if (run.observer === 'limit') problems.push(...checkBudget(scenario, run));
  return [...problems, ...checkNodeTimes(scenario, run.events)];
}

/** An ended visit or item took no longer than the limit of its node. */
function checkNodeTimes({ workflow }: Scenario, events: readonly LogEvent[]): string[] {
  const limits = new Map(
    workflow.nodes.flatMap(({ id, timeout_s }) =>
      timeout_s === undefined ? [] : [[id, timeout_s] as const],
    ),
  );
  const batches = new Set(workflow.nodes.flatMap(({ id, batch }) => (batch === undefined ? [] : [id])));
  return events.flatMap((event) => {
    if (event.type !== 'node.completed' && event.type !== 'node.failed') return [];
    const { node = '', item, data } = event;
    const limit = limits.get(node);
    if (limit === undefined || (batches.has(node) && item === undefined)) return [];
    const isLate = data.duration_ms > limit * 1000 + GRACE_MS;
    return isLate ? [`node ${node} took ${String(data.duration_ms)} ms of ${String(limit)} s`] : [];
  });
}

/** No call begins once the budget is spent. Calls in parallel began before their sum was known. */
function checkBudget({ budget }: Scenario, { events }: SimulatedRun): string[] {
  const cost = startLive(createCost({ pricing: loadPricing({ unknownModel: 'fallback' }) }));
  for (const event of events) {
    if (event.type === 'llm.prompted' && isAtLeast(cost.result().total_cost_usd, budget))
      return [`a call began after $${cost.result().total_cost_usd} of the limit of $${budget}`];
    cost.add(event);
  }
  return [];
}
