// Turns a thrown value into the status and the error of an outcome.
import { ERROR_CODES, PflowError, type CommandEnd, type ErrorCode, type ErrorProblem } from '../errors.ts';
import type { RunEnd } from '../events/run-status.ts';
import { FailedNodeError } from '../flow/flow.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { present } from '../values/present.ts';
import { commandEndOf } from './command-end.ts';
import { failureHint } from './failure-hint.ts';
import type { RunOutcome } from './run-request.ts';

/** The ends of runs that were stopped, by the code of the reason. */
const ENDS: Partial<Record<ErrorCode, RunEnd>> = {
  INTERRUPTED: 'interrupted',
  APPROVAL_REQUIRED: 'paused',
  APPROVAL_DENIED: 'denied',
};

/** The reason of an abort wins over the errors that the abort caused. */
export function failureOf(
  thrown: unknown,
  signal: AbortSignal,
): Required<Pick<RunOutcome, 'status' | 'error'>> {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  if (reason instanceof PflowError) {
    const error = reason.code === 'RUN_TIMEOUT' ? nameNode(reason, thrown) : reason;
    return { status: ENDS[reason.code] ?? 'failed', error };
  }
  const error = runError(thrown);
  return { status: ENDS[error.code] ?? 'failed', error };
}

/** Names the node that ran when the time was up. */
function nameNode(reason: PflowError, thrown: unknown): PflowError {
  if (!(thrown instanceof FailedNodeError || thrown instanceof PflowError)) return reason;
  const { node_id } = thrown;
  return node_id === undefined
    ? reason
    : reason.with({ node_id, details: [`node "${node_id}" was running`] });
}

/** Names the node that failed, and keeps the error code of its cause. */
function runError(thrown: unknown): PflowError {
  if (thrown instanceof PflowError) return thrown;
  if (!(thrown instanceof FailedNodeError)) return internalError(thrown);
  const { node_id, cause } = thrown;
  const { code = 'NODE_FAILED', ...facts } = factsOf(cause);
  const message = thrown.message.includes(`"${node_id}"`)
    ? thrown.message
    : `node "${node_id}": ${thrown.message}`;
  const hint =
    failureHint(cause) ?? 'Add an edge with "action": "error" to go on after a failure of this node.';
  return new PflowError(code, message, { hint, ...facts, ...commandFacts(cause), node_id, cause });
}

/** How the command of a shell node ended. A nested workflow has it in the error of its node. */
function commandFacts(cause: unknown): { readonly commandEnd?: CommandEnd } {
  if (!(cause instanceof NodeFailure)) return {};
  const { cause: inner, outputs } = cause;
  const commandEnd = inner instanceof PflowError ? inner.commandEnd : commandEndOf(outputs);
  return present({ commandEnd });
}

interface CauseFacts {
  readonly code?: ErrorCode;
  readonly hint?: string;
  readonly path?: string;
  readonly details?: readonly string[];
  readonly problems?: readonly ErrorProblem[];
}

function factsOf(cause: unknown): CauseFacts {
  if (cause instanceof PflowError) {
    const { code, hint, path, details, problems } = cause;
    return present({ code, hint, path, details, problems });
  }
  if (cause instanceof NodeFailure && cause.details.length > 0) {
    const { code, hint, details } = cause;
    return present({ code: knownCode(code), hint, details });
  }
  const { code, hint, cause: reason } = cause as { code?: unknown; hint?: unknown; cause?: unknown };
  return present({
    code: knownCode(code),
    hint: typeof hint === 'string' ? hint : undefined,
    details: reason instanceof PflowError ? reason.details : undefined,
  });
}

function knownCode(code: unknown): ErrorCode | undefined {
  return ERROR_CODES.find((each) => each === code);
}

function internalError(thrown: unknown): PflowError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PflowError('INTERNAL', `pflow itself failed: ${message}`, {
    hint: 'This is a bug in pflow. Please report it with the output of --verbose.',
    cause: thrown,
  });
}
