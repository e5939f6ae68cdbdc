// Limits what a run may spend, for `--max-cost`. Checks the cost in the log before each model call.
import { createCost } from '../../projections/cost/projection.ts';
import { startFold } from '../../projections/fold.ts';
import { addAmounts, isAtLeast, toDecimal, toPlainDecimal } from '../../projections/pricing/decimal.ts';
import { sumLedger } from '../../projections/pricing/ledger/sum-ledger.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { PflowError } from '../errors.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { ModelRequest } from '../models/model.ts';
import { normalizeModelName } from '../models/model-name.ts';
import { probePrice } from './probe-price.ts';
import type { RunRequest } from './run-request.ts';
import { createCallBounds, type UnknownCost } from './call-bounds.ts';

export interface CostLimit {
  /** US dollars. */
  readonly usd: string | number;
  readonly log: Pick<EventLog, 'follow'>;
  readonly pricing: Pricing;
  /** Lets a model without a price be called. Otherwise such a call is refused, since no limit could hold. */
  readonly allowUnpriced: boolean;
  /** Continues after a call whose cost has no known bound. Otherwise no limit could hold. */
  readonly allowUnmetered: boolean;
  /** Stops the run. */
  readonly controller: AbortController;
}

/**
 * Returns the `beforeCall` of a run. A call waits while those in flight may still reach the limit. Rejects with
 * MAX_COST_REACHED, COST_UNKNOWN or NO_PRICE, which aborts the run.
 */
export function limitCost(limit: CostLimit): NonNullable<RunRequest['beforeCall']> {
  const { usd, log, pricing, allowUnpriced, allowUnmetered, controller } = limit;
  const cost = startFold(createCost({ pricing }));
  const bounds = createCallBounds(pricing);
  log.follow((event) => {
    cost.add(event);
    bounds.follow(event);
  });
  // The sum of the ledger alone: the document of the projection has more, and a call must not wait for it.
  const spent = (): string => addAmounts(toDecimal(sumLedger(cost.state().ledger).cost), bounds.usd);
  const refusalOf = ({ model }: ModelRequest): PflowError | undefined =>
    limitReachedError(spent(), usd) ??
    (allowUnmetered ? undefined : unknownCostError(bounds.unbounded)) ??
    (allowUnpriced ? undefined : noPriceError(model, pricing));
  return async (request, signal) => {
    let refusal = refusalOf(request);
    while (refusal === undefined && bounds.reservedUsd > 0) {
      if (!isAtLeast(addAmounts(spent(), bounds.reservedUsd), usd)) break;
      await endOrAbort(bounds.nextEnd(), signal);
      refusal = refusalOf(request);
    }
    if (refusal === undefined) {
      bounds.expect(request);
      return;
    }
    // Neither a retry nor an error edge may continue the run.
    controller.abort(refusal);
    throw refusal;
  };
}

/** Rejects with the reason of an abort. */
async function endOrAbort(end: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([end, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
}

function limitReachedError(spent: string, limit: string | number): PflowError | undefined {
  if (!isAtLeast(spent, limit)) return undefined;
  const message = `spent $${spent} of the $${toPlainDecimal(limit)} limit; no further model call is made`;
  return new PflowError('MAX_COST_REACHED', message, {
    hint: 'Raise --max-cost, or max_cost_usd in the workflow.',
  });
}

function unknownCostError(unknown: UnknownCost | undefined): PflowError | undefined {
  if (unknown === undefined) return undefined;
  const { model, reason, needsBill } = unknown;
  return new PflowError('COST_UNKNOWN', `a call of ${model} ${reason}, so the limit cannot be held`, {
    hint: needsBill
      ? 'Use --cost-source auto, which calculates the cost of calls without a bill, or --unmetered allow.'
      : 'Give the node max_tokens, which bounds the cost of such a call, or use --unmetered allow.',
  });
}

function noPriceError(model: string, pricing: Pricing): PflowError | undefined {
  const name = normalizeModelName(model);
  if (hasPrice(name, pricing)) return undefined;
  const near = pricing.nearest(name);
  return new PflowError('NO_PRICE', `no price is known for ${name}, so its cost cannot be limited`, {
    details: near.length === 0 ? [] : [`known names nearby: ${near.join(', ')}`],
    hint: `Give its price with --pricing FILE (a local model: {"${name}": {"input": 0, "output": 0}}), or count it as the default model with --unknown-model fallback.`,
  });
}

function hasPrice(model: string, pricing: Pricing): boolean {
  const { by, state } = probePrice(pricing, model, { input_tokens: 1, output_tokens: 1, total_tokens: 2 });
  return by !== 'fallback' && state !== 'unpriced';
}
