// Who answers, as callers see it: one request, one answer that has been read to its end.
import type { Usage } from '../events/usage.ts';

/** A question to a model. `model` is `provider/name` or a bare name that is understood. */
export interface ModelRequest {
  readonly model: string;
  readonly prompt: string;
  readonly system?: string;
  /** `system` is the same in many requests: where the provider wants to be told so, it is asked to keep it in its cache. */
  readonly cache_system?: boolean;
  readonly temperature?: number;
  readonly max_tokens?: number;
  /** URLs or paths of files. */
  readonly images?: readonly string[];
  /** JSON Schema of the answer; the answer is then an object. */
  readonly output_schema?: Readonly<Record<string, unknown>>;
  /** Budget in tokens for thinking, where the model has such a thing. */
  readonly thinking?: number;
}

/** An answer as it came, neither parsed nor checked. */
export interface ModelAnswer {
  readonly text: string;
  readonly provider: string;
  /** As asked for, in the form `provider/name`. */
  readonly model: string;
  readonly response_model?: string;
  readonly usage: Usage;
  /** How the provider's counts contradict each other, as half a sentence. */
  readonly usage_contradiction?: string;
  readonly raw_usage?: unknown;
  readonly service_tier?: string;
  readonly provider_cost_usd?: number;
  /** Why the model stopped: `stop`, `length`, `content-filter` (refused), `error` (nothing came), … */
  readonly finish_reason: string;
  /** Set when the answer comes from a recorded log and cost nothing now. */
  readonly reused?: { readonly run: string; readonly seq: number };
}

export interface ModelClient {
  /**
   * Resolves when the answer has been read to its end. Throws a PflowError `MODEL_…` otherwise, and the reason
   * of `signal` once that is aborted. `caller` is the node that asks; recorded answers count occurrences by it.
   */
  answer(request: ModelRequest, signal: AbortSignal, caller?: string): Promise<ModelAnswer>;
}
