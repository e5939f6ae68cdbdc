// Calculates what a log's model calls cost, and explains it: price, rule and tokens of every dollar.
import type { LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import type { Projection } from '../contract.ts';
import { costDocument } from './document.ts';
import { costGaps } from './cost-gaps.ts';
import { costLineOf, type CostLineState } from './cost-line.ts';
import { costSchema, type Cost } from './schema.ts';
import {
  addCall,
  emptyLedger,
  followRunCalls,
  mergeLedgers,
  settleCalls,
  type Ledger,
} from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { isOpenCallEvent, LATE_CALL_TYPES, OPEN_CALL_TYPES } from '../tally/open-calls.ts';

/** Options of `createCost`. */
export interface CostOptions {
  readonly pricing: Pricing;
  /** Adds one line for each call. */
  readonly explain?: boolean | undefined;
  /** False leaves `by_node` empty, which takes most of the time of a result. */
  readonly byNode?: boolean | undefined;
}

export interface CostState {
  ledger: Ledger;
  lines: CostLineState[];
}

export function mergeCosts(a: CostState, b: CostState): CostState {
  return { ledger: mergeLedgers(a.ledger, b.ledger), lines: [...a.lines, ...b.lines] };
}

/** Creates the projection `cost`: USD by model, node and phase, with the price of each and how it was found. */
export function createCost({
  pricing,
  explain = false,
  byNode = true,
}: CostOptions): Projection<CostState, Cost> {
  return {
    name: 'cost',
    summary: 'what the model calls cost, by model, node and phase, and how each price was found',
    handles: OPEN_CALL_TYPES,
    late: LATE_CALL_TYPES,
    skips: ['ordinary_usage', 'ir', 'nodes', 'times'],
    scope: 'log',
    initial: () => ({ ledger: emptyLedger(), lines: [] }),
    evolve(state: CostState, event: LogEvent): void {
      if (isOpenCallEvent(event)) followRunCalls(state.ledger, event);
      if (!isModelCall(event)) return;
      const rate = addCall(state.ledger, pricing, event);
      if (explain && (event.data.usage ?? event.data.provider_cost_usd) !== undefined)
        state.lines.push(costLineOf(event, rate, pricing));
    },
    merge: mergeCosts,
    settle(state, run) {
      settleCalls(state.ledger, run);
    },
    result: (state) => costDocument(state.ledger, pricing, { lines: explain ? state.lines : null, byNode }),
    gaps: (state) => costGaps(state.ledger, pricing),
    schema: costSchema,
  };
}
