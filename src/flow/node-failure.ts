// Defines the failure that a node expects: a missing file, a rejected request, an exit code. The node leaves by its
// `error` edge, the outputs of the failure are stored, and `retryable` states whether another attempt can help.
import { present } from '../values/present.ts';

/** What a node knows about its failure besides the message. */
export interface FailureFacts {
  /** A pflow error code, such as `MODEL_RATE_LIMITED`. */
  readonly code?: string;
  readonly hint?: string;
  /** Further lines, such as the end of what a command wrote. */
  readonly details?: readonly string[];
  /** Outputs that are stored in spite of the failure, such as `{stdout, stderr, exit_code}`. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** True for temporary failures: network, 408, 429, 5xx, an answer off schema. */
  readonly retryable?: boolean;
  /** True when the work may have had its effect: it is repeated only where the workflow has `retry`. */
  readonly mayHaveActed?: boolean;
  /** Milliseconds that the server requests before the next attempt. */
  readonly retryAfterMs?: number;
  /** Path of the node inside of a nested workflow that failed: `parent/child`. */
  readonly node_id?: string;
  readonly cause?: unknown;
}

/**
 * A failure that a node expects, such as a missing file. Throw it from `exec` to set a code, a hint, outputs, or
 * whether another attempt can help.
 */
export class NodeFailure extends Error {
  readonly code: string | undefined;
  readonly hint: string | undefined;
  readonly details: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;
  readonly mayHaveActed: boolean;
  readonly retryAfterMs: number | undefined;
  readonly node_id: string | undefined;

  constructor(message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'NodeFailure';
    this.code = facts.code;
    this.hint = facts.hint;
    this.details = facts.details ?? [];
    this.outputs = facts.outputs ?? {};
    this.retryable = facts.retryable ?? false;
    this.mayHaveActed = facts.mayHaveActed ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.node_id = facts.node_id;
  }

  /** Returns a copy with another message, and perhaps another hint. */
  with({
    message,
    hint = this.hint,
  }: {
    readonly message: string;
    readonly hint?: string | undefined;
  }): NodeFailure {
    const { code, details, outputs, retryable, mayHaveActed, retryAfterMs, node_id, cause } = this;
    return new NodeFailure(message, {
      details,
      outputs,
      retryable,
      mayHaveActed,
      ...present({ code, hint, retryAfterMs, node_id }),
      ...present({ cause }),
    });
  }
}

/** An error with these fields becomes a NodeFailure. `ModelFailure` has them; this file does not depend on it. */
interface RetryableFields {
  readonly code?: string;
  readonly hint?: string | undefined;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | undefined;
}

export interface NodeFailureChanges {
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Replaces the hint of the error. */
  readonly hint?: string | undefined;
}

/** Converts an error that has a boolean `retryable`, with its message and cause. Returns any other error unchanged. */
export function asNodeFailure(error: unknown, { outputs = {}, hint }: NodeFailureChanges = {}): unknown {
  if (!(error instanceof Error)) return error;
  const { code, retryable, retryAfterMs, hint: ownHint } = error as RetryableFields;
  if (typeof retryable !== 'boolean') return error;
  return new NodeFailure(error.message, {
    outputs,
    retryable,
    cause: error,
    ...present({ code, hint: hint ?? ownHint, retryAfterMs }),
  });
}
