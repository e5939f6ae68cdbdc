// Builds the bill of an answer: its usage, model, service tier and cost. How each provider counts is known only to the
// file of its API.
import type { Usage } from '../../events/usage.ts';
import { USAGE_COUNTS, type UsageField } from '../../events/usage-counts.ts';
import { present } from '../../values/present.ts';
import type { ModelAnswer } from '../model.ts';
import { findInvalidCount } from './invalid-count.ts';

export type Bill = Pick<
  ModelAnswer,
  'usage' | 'usage_contradiction' | 'raw_usage' | 'response_model' | 'service_tier' | 'provider_cost_usd'
>;

type WholeCount = Exclude<Extract<(typeof USAGE_COUNTS)[number], { partOf: null }>['field'], 'total_tokens'>;

/** Counts of an answer under the names of a usage, already disjoint. Only wholes are required. */
export type AnswerCounts = Readonly<Record<WholeCount, number>> & {
  readonly [F in Exclude<UsageField, WholeCount>]?: number | undefined;
};

/** Leaves out parts and requests that are 0. Without a total of the provider the wholes are added. */
export function usageOf(
  counts: AnswerCounts,
  requests: Readonly<Record<string, number | undefined>> = {},
): Usage {
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = counts;
  const sum = input_tokens + output_tokens + cache_creation_input_tokens + cache_read_input_tokens;
  const all = { ...counts, total_tokens: counts.total_tokens ?? sum };
  const entries = USAGE_COUNTS.flatMap(({ field, partOf }) => {
    const count = all[field] ?? 0;
    return partOf === null || count > 0 ? [[field, count] as const] : [];
  });
  const made = Object.entries(requests).filter(([, count = 0]) => count > 0);
  return present({
    ...Object.fromEntries(entries),
    requests: made.length === 0 ? undefined : (Object.fromEntries(made) as Record<string, number>),
  });
}

/** A bill whose members may be undefined where the provider reports nothing. */
export interface RawBill {
  readonly usage: Usage;
  readonly raw_usage: unknown;
  readonly response_model: string | undefined;
  readonly service_tier: string | undefined;
  readonly provider_cost_usd: number | undefined;
  /** A contradiction in the provider's counts that `usage` no longer shows. */
  readonly usage_contradiction?: string | undefined;
}

/** Leaves out what the provider did not report. */
export function billOf({
  usage,
  raw_usage,
  response_model,
  service_tier,
  provider_cost_usd,
  usage_contradiction = findInvalidCount(raw_usage),
}: RawBill): Bill {
  return {
    usage: present(usage),
    ...present({ usage_contradiction }),
    ...(raw_usage === undefined ? {} : { raw_usage }),
    ...present({ response_model, service_tier, provider_cost_usd }),
  };
}

/** Splits a part of the input by whether it was cached. An unknown cached share is what exceeds the uncached input. */
export function splitByCaching(
  all: number,
  reported: number | undefined,
  uncachedInput: number,
): { uncached: number; cached: number } {
  const cached = Math.min(all, reported ?? Math.max(0, all - uncachedInput));
  return { uncached: all - cached, cached };
}
