// Takes what must not be shown out of the errors and warnings of a run, before they are printed. Results are the
// user's own and stay as they are.
import { PflowError } from '../../errors.ts';
import type { EventLog } from '../../log/event-log.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import type { SecretSources } from './redactor-of.ts';

type Redact = (text: string) => string;

/** The log knows more secrets than the request does, such as those that a template has put together. */
export async function withoutSecrets(
  outcome: RunOutcome,
  request: SecretSources,
  log: EventLog | undefined,
): Promise<RunOutcome> {
  const { error, recovered } = outcome;
  if (error === undefined && recovered.length === 0) return outcome;
  const redact: Redact = log === undefined ? await redactingBy(request) : (text) => log.redacted(text);
  return {
    ...outcome,
    ...(error === undefined ? {} : { error: redactedError(error, redact) }),
    recovered: recovered.map(({ node_id, message }) => ({ node_id, message: redact(message) })),
  };
}

/** Loaded only where something is to be said and no log is there to ask. */
async function redactingBy(request: SecretSources): Promise<Redact> {
  const redactor = (await import('./redactor-of.ts')).redactorOf(request);
  return (text) => redactor.text(text);
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
