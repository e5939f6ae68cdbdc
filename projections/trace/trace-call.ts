// Builds the model calls of a trace: request, answer and cost.
import type { LogEvent } from '../../src/events/event.ts';
import type { DisplayFilter } from './display-filter.ts';
import { roundedMilliseconds } from '../tally/milliseconds.ts';
import type { CallRecord } from '../tally/model-calls.ts';
import { priceCall } from '../pricing/price-call.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import type { TraceCall } from './schema.ts';
import { present } from '../../src/values/present.ts';

export interface TraceCallOptions {
  readonly filter: DisplayFilter;
  readonly pricing: Pricing;
}

/** Keeps the order of `numbers`, and skips numbers without a record. */
export function toTraceCalls(
  numbers: readonly number[],
  calls: ReadonlyMap<number, CallRecord>,
  view: TraceCallOptions,
): TraceCall[] {
  return numbers.flatMap((number) => {
    const record = calls.get(number);
    return record === undefined ? [] : [toTraceCall(record, view)];
  });
}

function toTraceCall(
  { call, prompted, completed, failed, answered }: CallRecord,
  view: TraceCallOptions,
): TraceCall {
  const end = completed ?? failed;
  return present({
    call,
    attempt: laterAttempt(prompted ?? end ?? answered),
    model: (end ?? prompted)?.data.model ?? 'unknown',
    response_model: end?.data.response_model,
    ...requestOf(prompted, view),
    response: view.filter(answered?.data.response),
    ...costOf(end, view),
    reused: completed?.data.reused,
    error: text(failed?.data.error.message, view),
  });
}

/** The attempt of the node; undefined for the first one. */
function laterAttempt(event: LogEvent | null): number | undefined {
  const attempt = event?.attempt ?? 1;
  return attempt > 1 ? attempt : undefined;
}

type CallRequest = { [K in 'system' | 'prompt' | 'options']: TraceCall[K] | undefined };

function requestOf(prompted: CallRecord['prompted'], view: TraceCallOptions): CallRequest {
  const { system, prompt, options } = prompted?.data ?? {};
  return {
    system: text(system, view),
    prompt: view.filter(prompt),
    options: view.filter(options) as TraceCall['options'],
  };
}

type CallCost = Pick<TraceCall, 'usage' | 'duration_ms' | 'cost_usd'> & {
  estimated: true | undefined;
  doubts: TraceCall['doubts'] | undefined;
};

function costOf(
  end: CallRecord['completed'] | CallRecord['failed'],
  { pricing }: TraceCallOptions,
): CallCost {
  if (end === null)
    return { usage: {}, duration_ms: null, cost_usd: null, estimated: undefined, doubts: undefined };
  const price = priceCall(pricing, end);
  return {
    usage: end.data.usage ?? {},
    duration_ms: roundedMilliseconds(end.data.duration_ms),
    cost_usd: price.reused ? 0 : price.cost_usd === null ? null : Number(price.cost_usd),
    estimated: price.state === 'estimated' ? true : undefined,
    doubts: price.doubts.length === 0 ? undefined : [...price.doubts],
  };
}

function text(value: string | undefined, { filter }: TraceCallOptions): string | undefined {
  return value === undefined ? undefined : String(filter(value));
}
