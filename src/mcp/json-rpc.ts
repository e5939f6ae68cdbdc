// Reads and writes the messages of MCP without losing digits, and bounds their size.
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { exactJsonText, parseExactJson } from '../values/exact-json.ts';

/** A longer message is refused, and its connection is closed. docs/mcp.md names the limit. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Returns undefined for a text that is not a message of JSON-RPC. A batch gives several messages. */
export function parseMessages(text: string): readonly JSONRPCMessage[] | undefined {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    return undefined;
  }
  const messages = Array.isArray(value) ? (value as unknown[]) : [value];
  return messages.length > 0 && messages.every(isMessage) ? messages : undefined;
}

/** One line. A number that is not finite has no form in JSON and becomes null. */
export function formatMessage(message: JSONRPCMessage): string {
  return exactJsonText(message, undefined, () => 'null') ?? 'null';
}

/** The SDK checks the rest of a message. */
function isMessage(value: unknown): value is JSONRPCMessage {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { jsonrpc, method, id } = value as Readonly<Record<string, unknown>>;
  return jsonrpc === '2.0' && (typeof method === 'string' || id !== undefined);
}

/** The error for a message beyond the limit. */
export class MessageTooLargeError extends Error {
  constructor() {
    super(`a message is larger than ${String(MAX_MESSAGE_BYTES / 1024 / 1024)} MiB`);
    this.name = 'MessageTooLargeError';
  }
}
