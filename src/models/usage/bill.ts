// What the body of an answer says about its cost, and the one way to write tokens down: in classes that never
// overlap. How each provider counts is known to the file of its API.
import type { Usage } from '../../events/usage.ts';
import type { ModelAnswer } from '../model.ts';
import { rawUsageDoubt } from './raw-usage-doubt.ts';

export type Bill = Pick<
  ModelAnswer,
  'usage' | 'usage_doubt' | 'raw_usage' | 'response_model' | 'service_tier' | 'provider_cost_usd'
>;

/** Counts as `Usage` names them, already disjoint; what is absent or a part of 0 is left out. */
export interface ProviderCounts {
  readonly input: number;
  readonly cache_write: number;
  readonly cache_read: number;
  readonly output: number;
  /** The provider's own sum; without it the classes are added. */
  readonly total: number | undefined;
  readonly parts: Readonly<Record<string, number | undefined>>;
  readonly requests?: Readonly<Record<string, number | undefined>>;
}

export function usageOf({
  input,
  cache_write,
  cache_read,
  output,
  total,
  parts,
  requests,
}: ProviderCounts): Usage {
  const calls = positiveCounts(requests ?? {});
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: total ?? input + cache_write + cache_read + output,
    cache_creation_input_tokens: cache_write,
    cache_read_input_tokens: cache_read,
    ...positiveCounts(parts),
    ...(Object.keys(calls).length === 0 ? {} : { requests: calls }),
  };
}

/** A bill as far as it is told, field by field. */
export interface RawBill {
  readonly usage: Usage;
  readonly raw_usage: unknown;
  readonly response_model: string | undefined;
  readonly service_tier: string | undefined;
  readonly provider_cost_usd: number | undefined;
  /** What of the provider's counts contradicts itself and is lost in `usage`. */
  readonly usage_doubt?: string | undefined;
}

/** The bill without what was not told. */
export function billOf({
  usage,
  raw_usage,
  response_model,
  service_tier,
  provider_cost_usd,
  usage_doubt = rawUsageDoubt(raw_usage),
}: RawBill): Bill {
  return {
    usage: Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== undefined)),
    ...(usage_doubt === undefined ? {} : { usage_doubt }),
    ...(raw_usage === undefined ? {} : { raw_usage }),
    ...(response_model === undefined ? {} : { response_model }),
    ...(service_tier === undefined ? {} : { service_tier }),
    ...(provider_cost_usd === undefined ? {} : { provider_cost_usd }),
  };
}

function positiveCounts(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const known = Object.entries(counts).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0);
  return Object.fromEntries(known);
}

/** A part of the input by whether it was cached. Where that is not told, only what cannot be uncached is. */
export function splitByCaching(
  all: number,
  told: number | undefined,
  uncachedInput: number,
): { uncached: number; cached: number } {
  const cached = Math.min(all, told ?? Math.max(0, all - uncachedInput));
  return { uncached: all - cached, cached };
}
