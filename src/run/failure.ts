// What a flow threw, as the run reports it: the innermost thing that has a code of ours keeps it, and the
// node where it happened is named.
import { ERROR_CODES, PflowError, type ErrorCode } from '../errors.ts';
import { FailedNode } from '../flow/flow.ts';

export function runError(thrown: unknown): PflowError {
  if (thrown instanceof PflowError) return thrown;
  if (!(thrown instanceof FailedNode)) return internal(thrown);
  const { node_id, cause } = thrown;
  const known = asKnown(cause);
  const message = thrown.message.includes(`"${node_id}"`)
    ? thrown.message
    : `node "${node_id}": ${thrown.message}`;
  return new PflowError(known.code ?? 'NODE_FAILED', message, {
    node_id,
    hint: known.hint ?? 'Add an edge with "action": "error" to go on after a failure of this node.',
    ...(known.path === undefined ? {} : { path: known.path }),
    ...(known.details === undefined ? {} : { details: known.details }),
    cause,
  });
}

interface Known {
  readonly code?: ErrorCode;
  readonly hint?: string;
  readonly path?: string;
  readonly details?: readonly string[];
}

function asKnown(cause: unknown): Known {
  if (cause instanceof PflowError) {
    return {
      code: cause.code,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      ...(cause.path === undefined ? {} : { path: cause.path }),
      details: cause.details,
    };
  }
  const { code, hint, cause: reason } = cause as { code?: unknown; hint?: unknown; cause?: unknown };
  const ours = ERROR_CODES.find((each) => each === code);
  return {
    ...(reason instanceof PflowError ? { details: reason.details } : {}),
    ...(ours === undefined ? {} : { code: ours }),
    ...(typeof hint === 'string' ? { hint } : {}),
  };
}

function internal(thrown: unknown): PflowError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PflowError('INTERNAL', `pflow itself failed: ${message}`, {
    hint: 'This is a bug in pflow. Please report it with the output of --verbose.',
    cause: thrown,
  });
}
