// Takes what must not be shown out of the errors and warnings of a run, before they are printed. Results are the
// user's own and stay as they are.
import { PflowError } from '../../errors.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import type { RunOutcome } from '../../run/run-request.ts';

export type Redact = (text: string) => string;

/**
 * The log knows more secrets than the request does, such as those that a template has put together. `otherwise` is asked
 * only where something is to be said and no log is there.
 */
export async function redactOutcome(
  outcome: RunOutcome,
  log: EventLog | undefined,
  otherwise: () => Promise<Redact>,
): Promise<RunOutcome> {
  const { error, recovered } = outcome;
  if (error === undefined && recovered.length === 0) return outcome;
  const redact: Redact = log === undefined ? await otherwise() : (text) => log.redacted(text);
  return {
    ...outcome,
    ...(error === undefined ? {} : { error: redactedError(error, redact) }),
    recovered: recovered.map(({ node_id, message }) => ({ node_id, message: redact(message) })),
  };
}

/** An error without a secret in it stays the same object, with all that it knows. */
function redactedError(error: PflowError, redact: Redact): PflowError {
  const { code, message, hint, node_id, path, details, cause } = error;
  const stacks = [error.stack ?? '', cause instanceof Error ? (cause.stack ?? '') : ''];
  const texts = [message, hint ?? '', path ?? '', ...details, ...stacks];
  if (texts.every((text) => redact(text) === text)) return error;
  return new PflowError(code, redact(message), {
    ...(hint === undefined ? {} : { hint: redact(hint) }),
    ...(node_id === undefined ? {} : { node_id }),
    ...(path === undefined ? {} : { path: redact(path) }),
    details: details.map(redact),
    cause: redactedCause(cause ?? error, redact),
  });
}

function redactedCause(cause: unknown, redact: Redact): Error {
  const { name, message, stack } = cause instanceof Error ? cause : new Error(String(cause));
  const copy = new Error(redact(message));
  return Object.assign(copy, { name, stack: redact(stack ?? '') });
}
