// Defines the failures of a model call. A table holds how each is recognised and described, and whether a retry can
// succeed. `docs/errors.md` has a heading for each code.
import { PflowError, type ErrorFacts } from '../errors.ts';
import type { Doubt } from '../events/doubts.ts';
import type { Usage } from '../events/usage.ts';

export type ModelFailureCode =
  | 'MODEL_AUTHENTICATION'
  | 'MODEL_QUOTA'
  | 'MODEL_RATE_LIMITED'
  | 'MODEL_OVERLOADED'
  | 'MODEL_NETWORK'
  | 'MODEL_REQUEST_INVALID'
  | 'MODEL_REFUSED'
  | 'MODEL_ANSWER_INVALID';

export interface HintFacts {
  /** The environment variable of the key; undefined where no key is needed. */
  readonly key_variable: string | undefined;
  /** The environment variable or the setting that holds the address of the provider. */
  readonly base_url_from: string;
  readonly status?: number | undefined;
}

interface FailureKind {
  readonly message: string;
  readonly hint: (facts: HintFacts) => string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** HTTP statuses besides those that `classifyStatus` groups by hundreds. */
  readonly statuses: readonly number[];
  /** Names that providers give to the error, as type, code, status or reason. */
  readonly names: readonly string[];
  /** Names for whatever happened. A status that states a fault of the request is more exact. */
  readonly vagueNames?: readonly string[];
}

const KINDS: Readonly<Record<ModelFailureCode, FailureKind>> = {
  MODEL_AUTHENTICATION: {
    message: 'the provider did not accept the key',
    hint: ({ key_variable = 'whether the endpoint requires a key' }) =>
      `Check ${key_variable}, and that the key may use this model.`,
    retryable: false,
    statuses: [401, 403],
    names: [
      'authentication_error',
      'permission_error',
      'invalid_api_key',
      'API_KEY_INVALID',
      'UNAUTHENTICATED',
      'PERMISSION_DENIED',
      'base_resp_1004',
    ],
  },
  MODEL_QUOTA: {
    message: 'the account has no credit or quota left',
    hint: () => "Add credit or raise the limit in the provider's console, or use another model.",
    retryable: false,
    statuses: [402],
    names: [
      'insufficient_quota',
      'billing_error',
      'billing_hard_limit_reached',
      'billing_not_active',
      'exceeded_current_quota_error',
      'insufficient_balance',
      'insufficient_credits',
      'payment_required',
      'BILLING_DISABLED',
      'Arrearage',
      'base_resp_1008',
    ],
  },
  MODEL_RATE_LIMITED: {
    message: 'too many requests',
    hint: () => 'Wait and run again, raise "retry" of the node, or lower max_concurrent of its batch.',
    retryable: true,
    statuses: [429],
    names: ['rate_limit_error', 'rate_limit_exceeded', 'RESOURCE_EXHAUSTED', 'base_resp_1002'],
  },
  MODEL_OVERLOADED: {
    message: 'the provider is overloaded or unavailable',
    hint: () => 'This is usually temporary: run again later, or raise "retry" of the node.',
    retryable: true,
    statuses: [408],
    names: ['overloaded_error', 'UNAVAILABLE'],
    vagueNames: ['api_error', 'server_error', 'INTERNAL'],
  },
  MODEL_NETWORK: {
    message: 'the provider cannot be reached',
    hint: ({ base_url_from }) => `Check the network and ${base_url_from}.`,
    retryable: true,
    statuses: [],
    names: [],
  },
  MODEL_REQUEST_INVALID: {
    message: 'the provider did not accept the request',
    hint: ({ status, base_url_from }) =>
      status === 404
        ? `Check the model's name, and that ${base_url_from} leads to an endpoint that has it.`
        : "Check the node's params against what this model accepts.",
    retryable: false,
    statuses: [],
    names: ['request_too_large'],
  },
  MODEL_REFUSED: {
    message: 'the provider refused to answer',
    hint: () => 'Change the prompt, or use another model; a retry does not help.',
    retryable: false,
    statuses: [],
    names: ['content_policy_violation', 'content_filter', 'invalid_prompt'],
  },
  MODEL_ANSWER_INVALID: {
    message: 'the answer is unusable',
    hint: ({ base_url_from }) => `Run again; if it happens again, check ${base_url_from}.`,
    retryable: true,
    statuses: [],
    names: [],
  },
};

const CODES = Object.keys(KINDS) as readonly ModelFailureCode[];

/** Returns undefined when neither means a failure. The name wins: a used-up quota and a rate limit are both 429. */
export function classifyFailure(
  status: number | undefined,
  names: readonly string[],
): ModelFailureCode | undefined {
  for (const name of names) {
    const named = CODES.find((code) => KINDS[code].names.includes(name));
    if (named !== undefined) return named;
  }
  const byStatus = status === undefined || status < 400 ? undefined : classifyStatus(status);
  return (
    byStatus ?? CODES.find((code) => KINDS[code].vagueNames?.some((name) => names.includes(name)) === true)
  );
}

function classifyStatus(status: number): ModelFailureCode {
  const known = CODES.find((code) => KINDS[code].statuses.includes(status));
  return known ?? (status >= 500 ? 'MODEL_OVERLOADED' : 'MODEL_REQUEST_INVALID');
}

export function getFailureMessage(code: ModelFailureCode): string {
  return KINDS[code].message;
}

export function getFailureHint(code: ModelFailureCode, facts: HintFacts): string {
  return KINDS[code].hint(facts);
}

export interface ModelFailureFacts extends ErrorFacts {
  /** Milliseconds that the provider requests before the next attempt. */
  readonly retryAfterMs?: number;
  /** Usage that was counted in spite of the failure. A refusal or an unusable answer is paid too. */
  readonly usage?: Usage;
  readonly usage_doubts?: readonly Doubt[];
  /** The model that answered according to the provider, if it differs. */
  readonly response_model?: string;
  /** What the provider bills, in US dollars. */
  readonly provider_cost_usd?: number;
  /** The request was sent and may be billed, and no usage is known. */
  readonly unmetered?: boolean;
  /** Overrides what is usual for the code: the same answer would come again. */
  readonly retryable?: boolean;
  /** The hint is about the endpoint and not about a node. A planner shows it too. */
  readonly hintsAtEndpoint?: boolean;
}

export class ModelFailure extends PflowError {
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly usage: Usage | undefined;
  readonly usage_doubts: readonly Doubt[] | undefined;
  readonly response_model: string | undefined;
  readonly provider_cost_usd: number | undefined;
  readonly unmetered: boolean;
  readonly hintsAtEndpoint: boolean;

  constructor(code: ModelFailureCode, message: string, facts: ModelFailureFacts = {}) {
    super(code, message, facts);
    this.name = 'ModelFailure';
    this.retryable = facts.retryable ?? KINDS[code].retryable;
    this.retryAfterMs = facts.retryAfterMs;
    this.usage = facts.usage;
    this.usage_doubts = facts.usage_doubts;
    this.response_model = facts.response_model;
    this.provider_cost_usd = facts.provider_cost_usd;
    this.unmetered = facts.unmetered ?? false;
    this.hintsAtEndpoint = facts.hintsAtEndpoint ?? false;
  }
}
