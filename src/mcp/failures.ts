// Turns the failure of a server into that of a node. Adds the end of the server's stderr.
import { NodeFailure, type FailureFacts } from '../flow/node-failure.ts';
import { NetworkError } from '../net/message.ts';
import { present } from '../values/present.ts';
import { HttpStatusError } from './http-transport.ts';
import { isLostAnswer, lossReasonOf, mcpMessageOf } from './lost-answer.ts';
import { MAX_MESSAGE_BYTES, MessageTooLargeError } from './json-rpc.ts';
import type { ServerProcess } from './server-process.ts';

export interface FailedServer {
  readonly name: string;
  /** Absent for a server behind an address. */
  readonly child?: ServerProcess | undefined;
}

/** A failure of the connection or of the server itself. Repeating the call starts the server again. */
export function serverError(
  server: FailedServer,
  problem: string,
  facts: Pick<FailureFacts, 'hint' | 'mayHaveActed' | 'cause' | 'retryable'> = {},
): NodeFailure {
  return new NodeFailure(`the MCP server ${server.name} ${problem}`, {
    code: 'MCP_SERVER_FAILED',
    retryable: true,
    details: describeOutput(server),
    ...facts,
  });
}

/** Returns the last lines of a process; empty for an address. */
export function describeOutput({ child }: FailedServer): readonly string[] {
  if (child === undefined) return [];
  const foreign = child.foreign.lines;
  return [
    ...child.stderr.lines.map((line) => `stderr: ${line}`),
    ...(foreign.length === 0
      ? []
      : [`it wrote a line to stdout that is not an MCP message: ${foreign.at(-1) ?? ''}`]),
  ];
}

/** A server that reports on stdout is never understood; more time does not help. */
export function hintOfSilence(server: FailedServer | undefined, usual: string): string {
  const isForeign = (server?.child?.foreign.lines.length ?? 0) > 0;
  return isForeign ? 'On stdout a server writes messages of MCP only: its reports belong on stderr.' : usual;
}

/** What a transport, the SDK or the network threw. A NodeFailure is returned unchanged. */
export function toServerError(error: unknown, server: FailedServer, mayHaveActed: boolean): NodeFailure {
  if (error instanceof NodeFailure) return error;
  if (error instanceof MessageTooLargeError) return tooLargeError(server, mayHaveActed);
  const exit = server.child?.exit;
  if (exit !== undefined) return serverError(server, `ended: ${exit}`, { mayHaveActed, cause: error });
  if (error instanceof HttpStatusError) return statusError(error, server, mayHaveActed);
  if (error instanceof NetworkError) {
    const { message, retryable, wasSent, hint } = error;
    const acted = mayHaveActed && wasSent;
    return serverError(server, `cannot be reached: ${message}`, {
      retryable,
      mayHaveActed: acted,
      cause: error,
      hint: hint ?? 'Check that it runs, and its url in mcp.json.',
    });
  }
  return serverError(server, describeProblem(error), { mayHaveActed, cause: error });
}

function tooLargeError(server: FailedServer, mayHaveActed: boolean): NodeFailure {
  const limit = String(MAX_MESSAGE_BYTES / 1024 / 1024);
  return new NodeFailure(`the MCP server ${server.name} answered with more than ${limit} MiB`, {
    code: 'MCP_RESULT_TOO_LARGE',
    mayHaveActed,
    hint: 'Request less of it: many tools have an argument that limits or filters what they answer.',
    details: describeOutput(server),
  });
}

function statusError(error: HttpStatusError, server: FailedServer, mayHaveActed: boolean): NodeFailure {
  const { status, message } = error;
  const isRejected = status === 401 || status === 403;
  const hint = isRejected
    ? 'Check its headers in mcp.json: a token may be missing or have expired.'
    : status === 404
      ? 'Check its url in mcp.json.'
      : undefined;
  return serverError(server, message.replace(/^the server /u, ''), {
    retryable: status === 408 || status === 429 || status >= 500,
    mayHaveActed: mayHaveActed && !isRejected && status !== 404 && status !== 429,
    cause: error,
    ...present({ hint }),
  });
}

/** The SDK reports an answer of the wrong form as the issues of its schema. */
function describeProblem(error: unknown): string {
  const { issues } = error as { readonly issues?: unknown };
  if (Array.isArray(issues)) return 'answered in a form that is not that of MCP';
  if (!isLostAnswer(error)) return `failed: ${mcpMessageOf(error).split('\n')[0] ?? ''}`;
  const reason = lossReasonOf(error);
  return `closed the connection${reason === undefined ? '' : `: ${reason}`}`;
}
