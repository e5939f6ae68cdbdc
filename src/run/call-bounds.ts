// Bounds the cost of calls for `--max-cost`: of those in flight, and of those that ended without a usage, which may have
// been billed all the same.
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

export interface CallBounds {
  /** Sum of the bounds of all calls that ended without a usage. */
  readonly usd: number;
  /** Sum of the bounds of all calls in flight. */
  readonly reservedUsd: number;
  /** The model of the first call without a usage and without a bound. */
  readonly unbounded: string | undefined;
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
  let unbounded: string | undefined;
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
      const bound = isWithoutCost(event) ? bounds?.pop() : bounds?.shift();
      if (isWithoutCost(event)) {
        if (bound?.isCertain === true) usd += bound.usd;
        else unbounded ??= event.data.model;
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

function isWithoutCost(call: ModelCall): boolean {
  if (call.type === 'llm.failed') return isMaybeBilled(call);
  const { usage, provider_cost_usd, reused } = call.data;
  return reused === undefined && provider_cost_usd === undefined && isUnmetered(usage);
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
