// Bounds the cost of calls that report no usage, for `--max-cost`: they may have been billed all the same.
import { costAtRate } from '../../projections/pricing/amount.ts';
import { isMaybeBilled } from '../../projections/pricing/ledger/ledger.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import type { LogEvent } from '../events/event.ts';
import { isModelCall, type ModelCall } from '../events/model-call.ts';
import { isUnmetered } from '../events/token-classes.ts';
import type { ModelRequest } from '../models/model.ts';
import { normalizeModelName } from '../models/model-name.ts';
import { probePrice } from './probe-price.ts';

/** Tokens around the texts of a request, such as those of roles. */
const TOKENS_AROUND = 1_000;

/** US dollars; null where no bound is known. */
type Bound = number | null;

export interface UnmeteredCalls {
  /** Sum of the bounds of all calls that ended without a usage. */
  readonly usd: number;
  /** The model of the first call without a usage and without a bound. */
  readonly unbounded: string | undefined;
  expect(request: ModelRequest): void;
  follow(event: LogEvent): void;
}

export function createUnmeteredCalls(pricing: Pricing): UnmeteredCalls {
  /** Bounds of the calls of a model that have not ended, the lowest first. */
  const pending = new Map<string, Bound[]>();
  let usd = 0;
  let unbounded: string | undefined;
  return {
    get usd() {
      return usd;
    },
    get unbounded() {
      return unbounded;
    },
    expect(request) {
      const model = normalizeModelName(request.model);
      const bounds = pending.get(model) ?? [];
      bounds.push(boundOf(request, model, pricing));
      bounds.sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
      pending.set(model, bounds);
    },
    follow(event) {
      if (!isModelCall(event)) return;
      const bounds = pending.get(event.data.model);
      // Which of several calls at once has ended is not known: the highest bound is the safe one.
      const bound = isWithoutCost(event) ? bounds?.pop() : bounds?.shift();
      if (!isWithoutCost(event)) return;
      if (bound === null || bound === undefined) unbounded ??= event.data.model;
      else usd += bound;
    },
  };
}

function isWithoutCost(call: ModelCall): boolean {
  if (call.type === 'llm.failed') return isMaybeBilled(call);
  const { usage, provider_cost_usd, reused } = call.data;
  return reused === undefined && provider_cost_usd === undefined && isUnmetered(usage);
}

/** A token has at least one byte. Images have sizes that are not known here. */
function boundOf(request: ModelRequest, model: string, pricing: Pricing): Bound {
  const { prompt, system = '', max_tokens, images = [], output_schema = {} } = request;
  if (max_tokens === undefined || images.length > 0) return null;
  const texts = `${prompt}${system}${JSON.stringify(output_schema)}`;
  const input_tokens = Buffer.byteLength(texts) + TOKENS_AROUND;
  const rate = probePrice(pricing, model, { input_tokens, output_tokens: max_tokens });
  if (rate.prices.length === 0) return null;
  const highest = rate.prices.map(Number).reduce((a, b) => Math.max(a, b), 0);
  const dearest = { ...rate, prices: [String(highest)] };
  const counts = { calls: 1, tokens: [input_tokens + max_tokens], requests: {} };
  return Number(costAtRate(counts, dearest).toFixed());
}
