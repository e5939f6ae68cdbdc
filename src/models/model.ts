// Defines a model client: one request, one answer that has been read to its end.
import type { Usage } from '../events/usage.ts';

/** One request to a model, the same for every provider. */
export interface ModelRequest {
  /** `provider/name`, or a bare name of a known form such as `gpt-4o`. */
  readonly model: string;
  readonly prompt: string;
  readonly system?: string;
  /** Set when many requests have the same `system`. A provider with explicit caching is then requested to cache it. */
  readonly cache_system?: boolean;
  readonly temperature?: number;
  readonly max_tokens?: number;
  /** URLs or paths of files. */
  readonly images?: readonly string[];
  /** JSON Schema of the answer, which is then a value. */
  readonly output_schema?: Readonly<Record<string, unknown>>;
  /** Budget in tokens for thinking, where the model can think. */
  readonly thinking?: number;
}

/** An answer as it came, neither parsed nor checked. */
export interface ModelAnswer {
  readonly text: string;
  readonly provider: string;
  /** The requested model, in the form `provider/name`. */
  readonly model: string;
  readonly response_model?: string;
  readonly usage: Usage;
  /** How the provider's counts contradict each other, as half a sentence. */
  readonly usage_contradiction?: string;
  readonly raw_usage?: unknown;
  readonly service_tier?: string;
  readonly provider_cost_usd?: number;
  /** Why the model stopped: `stop`, `length`, `content-filter` (refused), `error` (empty answer), … */
  readonly finish_reason: string;
  /** Set when the answer comes from a recorded log and costs nothing now. */
  readonly reused?: { readonly run: string; readonly seq: number };
}

/** Calls models. Implement it to use models without the built-in providers. */
export interface ModelClient {
  /**
   * Resolves when the answer has been read to its end. Rejects with a PflowError `MODEL_…`, or with the reason of
   * `signal` once that is aborted. `caller` is the node of the call; recorded answers count occurrences by it.
   */
  answer(request: ModelRequest, signal: AbortSignal, caller?: string): Promise<ModelAnswer>;
}
