// Formats an error as lines for people and as the `error` of a JSON document.
import { PflowError, type ErrorProblem } from '../../errors.ts';
import { exitCodeOf } from '../../exit-codes.ts';
import { present } from '../../values/present.ts';
import { colour } from './colour.ts';
import { headOf } from '../../values/cut-text.ts';
import { toOneLine } from '../../values/escape-text.ts';

export interface JsonError {
  readonly code: string;
  readonly message: string;
  readonly node_id?: string;
  readonly path?: string;
  readonly hint?: string;
  /** Absent instead of empty. */
  readonly details?: readonly string[];
  /** What `details` has as lines, for programs. Absent instead of empty. */
  readonly problems?: readonly ErrorProblem[];
  /** Of a command that failed, with the last 2 KB of what it wrote. */
  readonly command?: string;
  readonly exit_code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

export function toJsonError(error: PflowError): JsonError {
  const { code, message, node_id, path, hint, details, problems, commandEnd } = error;
  return present({
    code,
    message,
    node_id,
    path,
    hint,
    details: details.length === 0 ? undefined : details,
    problems: problems.length === 0 ? undefined : problems,
    ...commandEnd,
  });
}

/** The kinds of results that readers of agents know. */
export function subtypeOf(error: PflowError | undefined): string {
  if (error === undefined) return 'success';
  if (error.code === 'INTERRUPTED') return 'cancelled';
  if (error.code === 'MAX_COST_REACHED' || error.code === 'COST_UNKNOWN') return 'error_max_budget_usd';
  return error.code === 'RUN_TIMEOUT' ? 'error_timeout' : 'error_during_execution';
}

/** The JSON document of a command that failed before it had a result. */
export function toErrorDocument(error: PflowError): object {
  return {
    format: 1,
    type: 'result',
    subtype: subtypeOf(error),
    result: null,
    is_error: true,
    status: 'failed',
    exit_code: exitCodeOf(error.code),
    error: toJsonError(error),
    warnings: [],
  };
}

/** Returns the code and the message; details and hint follow on their own lines. */
export function formatError(error: PflowError): string {
  const lines = [`${colour.red('error')} ${colour.bold(error.code)}: ${indent(error.message).trimStart()}`];
  if (error.commandEnd !== undefined) lines.push(`  command: ${shownCommand(error.commandEnd.command)}`);
  // The message of an answer off its schema ends with the first of its problems.
  for (const detail of error.details) if (!error.message.endsWith(detail)) lines.push(indent(detail));
  if (error.hint !== undefined) lines.push(indent(error.hint));
  return `${lines.join('\n')}\n`;
}

/** A value that is too long for a process is in its command, too. */
function shownCommand(command: string): string {
  return toOneLine(headOf(command, LONGEST_COMMAND));
}

const LONGEST_COMMAND = 2_000;

/** Returns one line, for the JSON mode, where the document has the details. */
export function formatErrorLine(error: PflowError): string {
  return `error ${error.code}: ${toOneLine(error.message)}\n`;
}

/** Makes an INTERNAL error of anything but a PflowError. Its stack is printed with --verbose only. */
export function asPflowError(thrown: unknown): PflowError {
  if (thrown instanceof PflowError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PflowError('INTERNAL', `pflow itself failed: ${message}`, {
    hint: 'This is a bug in pflow. Please report it with the output of --verbose.',
    cause: thrown,
  });
}

/** Returns the stack of the cause, if it has one, else that of the error. */
export function formatStack(error: PflowError): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return `${cause.stack ?? String(cause)}\n`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gmu, '  ');
}
