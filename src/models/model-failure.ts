// A model call that gave no usable answer: what kind of failure it was, what to do about it, and whether
// trying again can help. Knows nothing of providers.
import { PflowError, type ErrorFacts } from '../errors.ts';
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

export interface ModelFailureFacts extends ErrorFacts {
  /** Milliseconds that the provider asked to wait. */
  readonly retryAfterMs?: number;
  /** What the provider counted all the same: a refusal or a useless answer is paid too. */
  readonly usage?: Usage;
}

const CAN_PASS: Readonly<Record<ModelFailureCode, boolean>> = {
  MODEL_AUTHENTICATION: false,
  MODEL_QUOTA: false,
  MODEL_RATE_LIMITED: true,
  MODEL_OVERLOADED: true,
  MODEL_NETWORK: true,
  MODEL_REQUEST_INVALID: false,
  MODEL_REFUSED: false,
  MODEL_ANSWER_INVALID: true,
};

export class ModelFailure extends PflowError {
  /** Trying the same request again can help. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly usage: Usage | undefined;

  constructor(code: ModelFailureCode, message: string, facts: ModelFailureFacts = {}) {
    super(code, message, facts);
    this.name = 'ModelFailure';
    this.retryable = CAN_PASS[code];
    this.retryAfterMs = facts.retryAfterMs;
    this.usage = facts.usage;
  }
}
