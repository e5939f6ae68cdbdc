// Shortens the reason of a failure for a column of a table.
import { textWidth } from '../terminal/text-width.ts';

/** Leaves out the number of attempts, which is beside the node. The result may have several lines. */
export function shortReason(message: string, columns: number): string {
  const plain = withWordsOfBody(message.replace(/^after \d+ attempts: /u, ''));
  if (textWidth(plain) <= columns) return plain;
  return plain.replaceAll(/https?:\/\/\S+/gu, shortAddress);
}

/** `https://…/hook`: the answer matters more than the host. */
function shortAddress(address: string): string {
  const [before = ''] = address.split(/[?#]/u, 1);
  const start = before.indexOf('://') + 3;
  const last = before.lastIndexOf('/');
  const rest = last >= start ? before.slice(last) : '';
  return rest.length > 1 ? `${before.slice(0, start)}…${rest}` : address;
}

/** Replaces a JSON body at the end by the message in it. */
function withWordsOfBody(message: string): string {
  const at = message.indexOf(': {');
  if (at < 0) return message;
  const words = wordsOf(parsed(message.slice(at + 2)));
  return words === undefined ? message : `${message.slice(0, at)}: ${words}`;
}

const WORDS = ['message', 'detail', 'error_description', 'error'];

function wordsOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const members = body as Readonly<Record<string, unknown>>;
  for (const key of WORDS) {
    const value = Object.hasOwn(members, key) ? members[key] : undefined;
    const words = typeof value === 'string' && value !== '' ? value : wordsOf(value);
    if (words !== undefined) return words;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
