// `--max-cost`: before each model call the bill of the log is asked. Once the limit is reached the run stops; where a
// price is not known, no limit could hold, and the first such call is refused.
import { createCost } from '../../../projections/cost/projection.ts';
import { startLive } from '../../../projections/fold.ts';
import { reachesLimit, toPlainDecimal } from '../../../projections/pricing/at-least.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { PflowError } from '../../errors.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import { canonicalModelName } from '../../models/model-name.ts';
import type { ModelRequest } from '../../models/model.ts';

export interface CostLimit {
  /** US dollars. */
  readonly usd: string | number;
  readonly log: EventLog;
  readonly pricing: Pricing;
  /** A model without a price may be guessed at: it was said by hand that it may. */
  readonly guess: boolean;
  /** The run is stopped through this. */
  readonly controller: AbortController;
}

/** What `runWorkflow` asks before each call. */
export function limitCost({
  usd,
  log,
  pricing,
  guess,
  controller,
}: CostLimit): (request: ModelRequest) => void {
  const cost = startLive(createCost({ pricing }));
  log.follow((event) => {
    cost.add(event);
  });
  return (request) => {
    const refusal =
      spentOut(cost.result().total_cost_usd, usd) ?? (guess ? undefined : unpriced(request.model, pricing));
    if (refusal === undefined) return;
    // Neither a retry nor an error edge may go on.
    controller.abort(refusal);
    throw refusal;
  };
}

function spentOut(spent: string, limit: string | number): PflowError | undefined {
  if (!reachesLimit(spent, limit)) return undefined;
  const message = `$${spent} were spent, the limit is $${toPlainDecimal(limit)}: no further model is asked`;
  return new PflowError('MAX_COST_REACHED', message, {
    hint: 'Raise --max-cost, or max_cost_usd in the workflow; what was done is in the log, where there is one.',
  });
}

/** Where a price is not known a limit means nothing. */
function unpriced(model: string, pricing: Pricing): PflowError | undefined {
  const name = canonicalModelName(model);
  if (hasPrice(name, pricing)) return undefined;
  const near = pricing.nearest(name);
  return new PflowError('NO_PRICE', `no price is known for ${name}, so its cost cannot be limited`, {
    details: near.length === 0 ? [] : [`known names nearby: ${near.join(', ')}`],
    hint: 'Give its price with --pricing FILE, or say --unknown-model fallback to count it as the default model.',
  });
}

/** Asked with a call as small as can be, made now. */
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
