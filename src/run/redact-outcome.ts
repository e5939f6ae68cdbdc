// Replaces secrets in the errors and warnings of a run before they are shown. Results belong to the user and stay
// as they are.
import { PflowError, type CommandEnd, type ErrorFacts } from '../errors.ts';
import { readHomeSecrets } from '../home/home-secrets.ts';
import { createRedactor, type Redactor } from '../log/secrets/redaction.ts';
import { present } from '../values/present.ts';
import { Interruption } from './interruption.ts';
import { registerSecrets } from './register-secrets.ts';
import type { RunOutcome, RunRequest } from './run-request.ts';

export type RedactText = (text: string) => string;

/** What ran, as far as it did. */
type RunParts = { [K in 'executed' | 'nestedSecrets']?: RunOutcome[K] | undefined };

/**
 * Knows the secrets of the environment, the workflow and its inputs. The log of a run knows more, such as those that a
 * template put together.
 */
export function createRunRedactor(
  env: RunRequest['env'],
  { executed, nestedSecrets = [] }: RunParts = {},
  redactor: Redactor = createRedactor({ env, ...readHomeSecrets(env) }),
): Redactor {
  if (executed !== undefined) registerSecrets(redactor, executed);
  for (const child of nestedSecrets) registerSecrets(redactor, child);
  return redactor;
}

export function redactOutcome(outcome: RunOutcome, redact: RedactText): RunOutcome {
  const { error, recovered, warnings = [] } = outcome;
  return {
    ...outcome,
    ...present({ error: error && redactError(error, redact) }),
    recovered: recovered.map(({ node_id, message }) => ({ node_id, message: redact(message) })),
    warnings: warnings.map((warning) => ({ ...warning, message: redact(warning.message) })),
  };
}

/** Returns the same object when the error holds no secret. */
export function redactError(error: PflowError, redact: RedactText): PflowError {
  if (textsOf(error).every((text) => redact(text) === text)) return error;
  const { code, message, node_id, details, cause } = error;
  // Its message is written by pflow, and its class decides the exit code.
  if (error instanceof Interruption)
    return Object.assign(new Interruption(error.signal), { stack: redact(error.stack ?? '') });
  return new PflowError(code, redact(message), {
    ...present({ node_id, ...redactedFacts(error, redact) }),
    details: details.map(redact),
    cause: redactedCause(cause ?? error, redact),
  });
}

function redactedFacts(
  { hint, path, problems, commandEnd }: PflowError,
  redact: RedactText,
): Pick<ErrorFacts, 'problems'> & { [K in 'hint' | 'path' | 'commandEnd']: ErrorFacts[K] | undefined } {
  return {
    hint: hint === undefined ? undefined : redact(hint),
    path: path === undefined ? undefined : redact(path),
    problems: problems.map(({ message, suggestion, ...problem }) => ({
      ...problem,
      message: redact(message),
      ...present({ suggestion: suggestion === undefined ? undefined : redact(suggestion) }),
    })),
    commandEnd: commandEnd && redactedEnd(commandEnd, redact),
  };
}

function redactedEnd({ command, exit_code, stdout, stderr }: CommandEnd, redact: RedactText): CommandEnd {
  return { command: redact(command), exit_code, stdout: redact(stdout), stderr: redact(stderr) };
}

/** Lists every text of an error, its stacks included. */
function textsOf(error: PflowError): readonly string[] {
  const { message, hint = '', path = '', details, problems, commandEnd, cause } = error;
  const { command = '', stdout = '', stderr = '' } = commandEnd ?? {};
  return [
    ...[message, hint, path, command, stdout, stderr, ...details],
    ...problems.flatMap((problem) => [problem.message, problem.suggestion ?? '']),
    ...[error.stack ?? '', cause instanceof Error ? (cause.stack ?? '') : ''],
  ];
}

function redactedCause(cause: unknown, redact: RedactText): Error {
  const { name, message, stack } = cause instanceof Error ? cause : new Error(String(cause));
  const copy = new Error(redact(message));
  return Object.assign(copy, { name, stack: redact(stack ?? '') });
}
