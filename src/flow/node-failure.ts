// A failure that a node foresees: a missing file, a refused request, an exit code. It takes the `error`
// edge, its outputs are kept in the store, and it says whether trying again can help.

export interface FailureFacts {
  /** A pflow error code, such as `MODEL_RATE_LIMITED`. */
  readonly code?: string;
  readonly hint?: string;
  /** What the node has to show all the same, such as `{stdout, stderr, exit_code}`. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** True for what can pass: network, 408, 429, 5xx, an answer off schema. */
  readonly retryable?: boolean;
  /** Milliseconds that the other side asked to wait. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export class NodeFailure extends Error {
  readonly code: string | undefined;
  readonly hint: string | undefined;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'NodeFailure';
    this.code = facts.code;
    this.hint = facts.hint;
    this.outputs = facts.outputs ?? {};
    this.retryable = facts.retryable ?? false;
    this.retryAfterMs = facts.retryAfterMs;
  }
}
