// Defines a model client: one request, one answer that has been read to its end.
import type { Doubt } from '../events/doubts.ts';
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
  /** Who answered at the address of a provider with a name of the user's own. */
  readonly vendor?: string;
  /** The requested model, in the form `provider/name`. */
  readonly model: string;
  readonly response_model?: string;
  readonly usage: Usage;
  /** Why the usage may not be what the provider bills. */
  readonly usage_doubts?: readonly Doubt[];
  readonly raw_usage?: unknown;
  readonly service_tier?: string;
  readonly provider_cost_usd?: number;
  /** Why the model stopped: a `FinishReason`, or the provider's own word for another reason. */
  readonly finish_reason: string;
  /** Params of the request that the provider was not sent, or was sent changed. */
  readonly ignored_params?: readonly IgnoredParam[];
  /** Set when the answer comes from a recorded log and costs nothing now. */
  readonly reused?: { readonly run: string; readonly seq: number };
}

export interface IgnoredParam {
  /** As the request names it, such as `temperature`. */
  readonly param: string;
  readonly reason: string;
}

/** Where a call comes from, and what is reported while it is answered. */
export interface CallDetails {
  /** Index of the item of a batch that makes the call. Recorded answers are found by it. */
  readonly item?: number;
  /** Called when the request is on its way: from then on the call may be billed, however it ends. */
  readonly onSent?: () => void;
  /**
   * Requests the answer as a stream. Called with each part of its text as it comes. `call`: the number of the call in
   * the log, where there is one.
   */
  readonly onText?: (text: string, call?: number) => void;
}

/** Calls models. Implement it to use models without the built-in providers. */
export interface ModelClient {
  /**
   * Resolves when the answer has been read to its end. Rejects with a PflowError `MODEL_…`, or with the reason of
   * `signal` once that is aborted. `caller` is the node of the call; recorded answers count occurrences by it.
   */
  answer(
    request: ModelRequest,
    signal: AbortSignal,
    caller?: string,
    details?: CallDetails,
  ): Promise<ModelAnswer>;
}
