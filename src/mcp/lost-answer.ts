// Distinguishes a lost answer from an error that the server answered: both have the same code.

/** What the SDK reports for a closed connection, and some servers for other errors. */
export const CONNECTION_CLOSED = -32_000;

/** The data of the error that a transport delivers for a lost answer. */
export const LOST_ANSWER = { answer: 'lost' } as const;

/** The message of the SDK for the requests of a connection that ends. */
const CLOSED_MESSAGE = 'Connection closed';

export function isLostAnswer(error: unknown): boolean {
  const { code, data } = error as { readonly code?: unknown; readonly data?: unknown };
  return code === CONNECTION_CLOSED && (data === LOST_ANSWER || mcpMessageOf(error) === CLOSED_MESSAGE);
}

/** Returns undefined where the connection was closed without a reason. */
export function lossReasonOf(error: unknown): string | undefined {
  const message = mcpMessageOf(error);
  return message === CLOSED_MESSAGE ? undefined : message;
}

/** The message of an error without what the SDK puts before it. */
export function mcpMessageOf(error: unknown): string {
  const { message } = error as { readonly message?: unknown };
  return (typeof message === 'string' ? message : String(error)).replace(/^MCP error -?\d+: /u, '');
}
