// Limits what a run may spend, for `--max-cost`. Checks the cost in the log before each model call.
import { createCost } from '../../projections/cost/projection.ts';
import { startLive } from '../../projections/fold.ts';
import { isAtLeast, toPlainDecimal } from '../../projections/pricing/decimal.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { PflowError } from '../errors.ts';
import type { EventLog } from '../log/write/event-log.ts';
import { normalizeModelName } from '../models/model-name.ts';
import type { RunRequest } from './run-request.ts';

export interface CostLimit {
  /** US dollars. */
  readonly usd: string | number;
  readonly log: EventLog;
  readonly pricing: Pricing;
  /** Lets a model without a price be called. Otherwise such a call is refused, since no limit could hold. */
  readonly allowUnpriced: boolean;
  /** Stops the run. */
  readonly controller: AbortController;
}

/** Returns the `beforeCall` of a run. It throws MAX_COST_REACHED or NO_PRICE, and aborts the run with that error. */
export function limitCost(limit: CostLimit): NonNullable<RunRequest['beforeCall']> {
  const { usd, log, pricing, allowUnpriced, controller } = limit;
  const cost = startLive(createCost({ pricing }));
  log.follow((event) => {
    cost.add(event);
  });
  return ({ model }) => {
    const refusal =
      limitReachedError(cost.result().total_cost_usd, usd) ??
      (allowUnpriced ? undefined : noPriceError(model, pricing));
    if (refusal === undefined) return;
    // Neither a retry nor an error edge may continue the run.
    controller.abort(refusal);
    throw refusal;
  };
}

function limitReachedError(spent: string, limit: string | number): PflowError | undefined {
  if (!isAtLeast(spent, limit)) return undefined;
  const message = `spent $${spent} of the $${toPlainDecimal(limit)} limit; no further model call is made`;
  return new PflowError('MAX_COST_REACHED', message, {
    hint: 'Raise --max-cost, or max_cost_usd in the workflow; what was done is in the log, where there is one.',
  });
}

function noPriceError(model: string, pricing: Pricing): PflowError | undefined {
  const name = normalizeModelName(model);
  if (hasPrice(name, pricing)) return undefined;
  const near = pricing.nearest(name);
  return new PflowError('NO_PRICE', `no price is known for ${name}, so its cost cannot be limited`, {
    details: near.length === 0 ? [] : [`known names nearby: ${near.join(', ')}`],
    hint: 'Give its price with --pricing FILE, or use --unknown-model fallback to count it as the default model.',
  });
}

/** Prices a minimal call that is made now. */
function hasPrice(model: string, pricing: Pricing): boolean {
  const { by, state } = pricing.rateOf({
    type: 'llm.failed',
    seq: 0,
    run: '',
    at: new Date().toISOString(),
    ms: 0,
    data: {
      call: 1,
      model,
      duration_ms: 0,
      error: { name: 'Error', message: '' },
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    },
  });
  return by !== 'fallback' && state !== 'unpriced';
}
