// What another room threw, as a failure that a node foresees: where it says itself whether trying again can help. It
// knows no such room, only the form.
import { NodeFailure } from './node-failure.ts';

interface Facts {
  readonly code?: string;
  readonly hint?: string | undefined;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | undefined;
}

export interface NodeFailureChanges {
  /** What the node has to show all the same. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** A way out that fits better than the one that was thrown. */
  readonly hint?: string | undefined;
}

/** What says whether it can pass becomes a failure that the node may try again; the rest stays what it is. */
export function asNodeFailure(
  error: unknown,
  { outputs = {}, hint: better }: NodeFailureChanges = {},
): unknown {
  if (!(error instanceof Error)) return error;
  const { code, hint, retryable, retryAfterMs } = error as Facts;
  if (typeof retryable !== 'boolean') return error;
  const said = better ?? hint;
  return new NodeFailure(error.message, {
    outputs,
    retryable,
    cause: error,
    ...(code === undefined ? {} : { code }),
    ...(said === undefined ? {} : { hint: said }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
