// An error in its two forms: lines for people, and the one shape of the JSON document.
import { PflowError } from '../../errors.ts';
import { toOneLine } from './escape.ts';
import { colour } from './colour.ts';

export interface JsonError {
  readonly code: string;
  readonly message: string;
  readonly node_id?: string;
  readonly path?: string;
  readonly hint?: string;
  readonly details?: readonly string[];
}

export function toJsonError(error: PflowError): JsonError {
  return {
    code: error.code,
    message: error.message,
    ...(error.node_id === undefined ? {} : { node_id: error.node_id }),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details.length === 0 ? {} : { details: error.details }),
  };
}

export function formatError(error: PflowError): string {
  const lines = [`${colour.red('error')} ${colour.bold(error.code)}: ${indent(error.message).trimStart()}`];
  for (const detail of error.details) lines.push(indent(detail));
  if (error.hint !== undefined) lines.push(indent(error.hint));
  return `${lines.join('\n')}\n`;
}

/** For the JSON mode: the document has the details. */
export function formatErrorLine(error: PflowError): string {
  return `error ${error.code}: ${toOneLine(error.message)}\n`;
}

/** Wraps what a bug or a library threw; --verbose prints its stack. */
export function asPflowError(thrown: unknown): PflowError {
  if (thrown instanceof PflowError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PflowError('INTERNAL', `pflow itself failed: ${message}`, {
    hint: 'This is a bug in pflow. Please report it with the output of --verbose.',
    cause: thrown,
  });
}

export function formatStack(error: PflowError): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return `${cause.stack ?? String(cause)}\n`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gmu, '  ');
}
