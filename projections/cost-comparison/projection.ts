// Compares what the same calls cost with two price lists, by model, node and phase.
import type { LogEvent } from '../../src/events/event.ts';
import { present } from '../../src/values/present.ts';
import type { Projection } from '../contract.ts';
import { comparisonDocument } from './document.ts';
import { costComparisonSchema, type CostComparison } from './schema.ts';
import { createCost, mergeCosts, type CostState } from '../cost/projection.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { LATE_CALL_TYPES } from '../tally/open-calls.ts';

/** Options of `createCostComparison`: the two price lists. */
export interface CostComparisonOptions {
  readonly before: Pricing;
  readonly after: Pricing;
}

export interface CostComparisonState {
  before: CostState;
  after: CostState;
}

/** Creates the projection `cost-comparison`: the same calls with two price lists. */
export function createCostComparison(
  options: CostComparisonOptions,
): Projection<CostComparisonState, CostComparison> {
  const before = createCost({ pricing: options.before });
  const after = createCost({ pricing: options.after });
  return {
    name: 'cost-comparison',
    summary: 'what the model calls cost with two price lists, and the difference',
    handles: before.handles,
    late: LATE_CALL_TYPES,
    ...present({ skips: before.skips }),
    scope: 'log',
    initial: () => ({ before: before.initial(), after: after.initial() }),
    evolve(state: CostComparisonState, event: LogEvent): void {
      before.evolve(state.before, event);
      after.evolve(state.after, event);
    },
    merge: (a, b) => ({ before: mergeCosts(a.before, b.before), after: mergeCosts(a.after, b.after) }),
    settle(state, run) {
      before.settle?.(state.before, run);
      after.settle?.(state.after, run);
    },
    result: (state) => comparisonDocument(before.result(state.before), after.result(state.after)),
    schema: costComparisonSchema,
  };
}
