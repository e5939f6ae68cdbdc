// Defines what a provider reports of one answer, in the form of pflow. Each form of usage has a file in `forms`.
import type { Usage } from '../events/usage.ts';
import { USAGE_COUNTS, type UsageField } from '../events/usage-counts.ts';
import { present } from '../values/present.ts';
import type { Fields } from '../values/json-fields.ts';
import type { ChatVendor } from './vendors.ts';
import type { RawReader } from './raw-reader.ts';

/** What a form reads besides the provider's own numbers. */
export interface UsageSource {
  readonly raw: Fields;
  readonly vendor: ChatVendor;
  readonly reader: RawReader;
  /** The model that answered, or else the requested one. */
  readonly model: string;
  /** The provider reported a bill, which has everything in it. */
  readonly isBilled: boolean;
}

type WholeCount = Exclude<Extract<(typeof USAGE_COUNTS)[number], { partOf: null }>['field'], 'total_tokens'>;

/** Counts of an answer under the names of a usage, already disjoint. Only wholes are required. */
export type AnswerCounts = Readonly<Record<WholeCount, number>> & {
  readonly [F in Exclude<UsageField, WholeCount>]?: number | undefined;
};

export type Requests = Readonly<Record<string, number | undefined>>;

/** Leaves out parts and requests that are 0. The total is that of the wholes, unless the provider's contradicts it. */
export function usageOf(counts: AnswerCounts, requests: Requests = {}): Usage {
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = counts;
  const sum = input_tokens + output_tokens + cache_creation_input_tokens + cache_read_input_tokens;
  const all = { ...counts, total_tokens: counts.total_tokens ?? sum };
  const usage: Record<string, unknown> = {};
  for (const { field, partOf } of USAGE_COUNTS) {
    const count = all[field] ?? 0;
    if (partOf === null || count > 0) usage[field] = count;
  }
  return present({ ...(usage as Usage), requests: requestsOf(requests) });
}

/** Undefined without a request. */
export function requestsOf(requests: Requests): Record<string, number> | undefined {
  const made = Object.entries(requests).filter(([, count = 0]) => count > 0);
  return made.length === 0 ? undefined : (Object.fromEntries(made) as Record<string, number>);
}

export function addRequests(a: Requests | undefined, b: Requests | undefined): Requests {
  const sum: Record<string, number> = {};
  for (const requests of [a, b]) {
    for (const [name, count = 0] of Object.entries(requests ?? {})) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

/** The input by its classes. */
interface InputShares {
  readonly uncached: number;
  readonly cached: number;
  readonly written: number;
}

/** A part of the input. What of it was written to the cache has no class of its own. */
interface SplitPart {
  readonly uncached: number;
  readonly cached: number;
  /** The provider does not report how much of the part was cached or written. */
  readonly isAssumed: boolean;
}

/** Splits a part of the input by whether it was cached. An unknown cached share is what must have been cached. */
export function splitByCaching(all: number, reported: number | undefined, input: InputShares): SplitPart {
  const least = Math.max(0, all - input.uncached - input.written);
  const cached = Math.min(all, reported ?? least);
  const rest = all - cached;
  if (input.written > 0 && all > 0)
    return { uncached: Math.min(rest, input.uncached), cached, isAssumed: true };
  return { uncached: rest, cached, isAssumed: reported === undefined && least < Math.min(all, input.cached) };
}
