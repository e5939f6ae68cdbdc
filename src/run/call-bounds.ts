// Bounds the cost of calls for `--max-cost`: of those in flight, and of those that ended without a usage, which may
// have been billed all the same.
import { costAtRate } from '../../projections/pricing/amount.ts';
import { isMaybeBilled } from '../../projections/pricing/ledger/ledger.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { priceCall } from '../../projections/pricing/price-call.ts';
import type { LogEvent } from '../events/event.ts';
import { isModelCall, type ModelCall } from '../events/model-call.ts';
import type { ModelRequest } from '../models/model.ts';
import { normalizeModelName } from '../models/model-name.ts';
import { probePrice } from './probe-price.ts';

/** Tokens around the texts of a request, such as those of roles. */
const TOKENS_AROUND = 1_000;

/** No known model answers with more tokens without `max_tokens`. */
const MOST_OUTPUT_TOKENS = 128_000;

/** More than any provider counts for one image. */
const MOST_IMAGE_TOKENS = 20_000;

/** US dollars. */
export interface Bound {
  readonly usd: number;
  /** False where the request does not limit the cost: then `usd` is that of the longest usual answer. */
  readonly isCertain: boolean;
}

export interface UnknownCost {
  readonly model: string;
  /** What follows the name of the model in a sentence. */
  readonly reason: string;
  /** Only bills count, and the call has no bill. */
  readonly needsBill: boolean;
}

export interface CallBounds {
  /** Sum of the bounds of all calls that ended without a usage. */
  readonly usd: number;
  /** Sum of the bounds of all calls in flight. */
  readonly reservedUsd: number;
  /** The first call whose cost is not known and has no bound. */
  readonly unbounded: UnknownCost | undefined;
  expect(request: ModelRequest): void;
  follow(event: LogEvent): void;
  /** Resolves when the next call has ended. */
  nextEnd(): Promise<void>;
}

export function createCallBounds(pricing: Pricing): CallBounds {
  /** Bounds of the calls of a model that have not ended, the lowest first. */
  const pending = new Map<string, Bound[]>();
  let waiting: (() => void)[] = [];
  let usd = 0;
  let unbounded: UnknownCost | undefined;
  return {
    get usd() {
      return usd;
    },
    get unbounded() {
      return unbounded;
    },
    get reservedUsd() {
      return [...pending.values()].flat().reduce((sum, bound) => sum + bound.usd, 0);
    },
    expect(request) {
      const model = normalizeModelName(request.model);
      const bounds = pending.get(model) ?? [];
      bounds.push(boundOf(request, model, pricing));
      bounds.sort((a, b) => Number(b.isCertain) - Number(a.isCertain) || a.usd - b.usd);
      pending.set(model, bounds);
    },
    follow(event) {
      if (!isModelCall(event)) return;
      const bounds = pending.get(event.data.model);
      // Which of several calls at once has ended is not known: the highest bound is the safe one.
      const unknown = unknownCost(event, pricing);
      const bound = unknown === undefined ? bounds?.shift() : bounds?.pop();
      if (unknown !== undefined) {
        if (bound?.isCertain === true) usd += bound.usd;
        else unbounded ??= unknown;
      }
      const ready = waiting;
      waiting = [];
      for (const resume of ready) resume();
    },
    nextEnd: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
  };
}

/** Describes why the cost of a call is not known; undefined where it is. */
function unknownCost(call: ModelCall, pricing: Pricing): UnknownCost | undefined {
  const { model } = call.data;
  if (call.type === 'llm.failed') {
    const reason = 'failed after its request was sent and reported no usage';
    const isKnown = !isMaybeBilled(call) || priceCall(pricing, call).cost_usd !== null;
    return isKnown ? undefined : { model, reason, needsBill: false };
  }
  if (call.data.reused !== undefined) return undefined;
  const { cost_usd, rate } = priceCall(pricing, call);
  if (cost_usd !== null) return undefined;
  const needsBill = pricing.info.cost_source === 'reported';
  if (needsBill) return { model, reason: 'has no bill of its provider', needsBill };
  if (rate.state === 'unmetered') return { model, reason: 'reported no usage', needsBill };
  const why = rate.reason ?? 'its cost is not known';
  return {
    model,
    reason:
      rate.state === 'rejected'
        ? `reported a usage that contradicts itself (${why})`
        : `has no price (${why})`,
    needsBill,
  };
}

/** A token has at least one byte. Images have sizes that are not known here. */
export function boundOf(request: ModelRequest, model: string, pricing: Pricing): Bound {
  const { prompt, system = '', max_tokens, images = [], output_schema = {} } = request;
  const texts = `${prompt}${system}${JSON.stringify(output_schema)}`;
  const input_tokens = Buffer.byteLength(texts) + TOKENS_AROUND + images.length * MOST_IMAGE_TOKENS;
  const output_tokens = max_tokens ?? MOST_OUTPUT_TOKENS;
  const rate = probePrice(pricing, model, { input_tokens, output_tokens });
  if (rate.prices.length === 0) return { usd: 0, isCertain: false };
  const highest = rate.prices.map(Number).reduce((a, b) => Math.max(a, b), 0);
  const dearest = { ...rate, prices: [String(highest)] };
  const counts = { calls: 1, tokens: [input_tokens + output_tokens], requests: {} };
  const usd = Number(costAtRate(counts, dearest).toFixed());
  return { usd, isCertain: max_tokens !== undefined && images.length === 0 };
}
