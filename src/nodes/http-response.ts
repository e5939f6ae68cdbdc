// Reads the response of a server to its end, as plain values. Does not interpret the status; the caller does.
import { NodeFailure } from '../flow/node-failure.ts';
import { JsonNumberError, parseExactJson } from '../values/exact-json.ts';
import { decodeText } from './decode-text.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Returns JSON where content type and body are JSON, else text, else base64. */
export async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  const text = decodeBody(await readBytes(response), type);
  if (text === '' || !/[/+]json\s*(?:;|$)/iu.test(type)) return text;
  try {
    return parseExactJson(text.replace(/^\uFEFF/u, ''));
  } catch (error) {
    if (error instanceof JsonNumberError) throw unreadableNumberError(error);
    return text;
  }
}

/** Is undefined here: null would be a silent change, and the whole body as text another type. */
function unreadableNumberError(cause: JsonNumberError): NodeFailure {
  return new NodeFailure(`the answer cannot be kept: ${cause.message}`, {
    hint: 'Fetch it with a shell node, which keeps it as text.',
    cause,
  });
}

/** Returns names in lower case. `set-cookie` is a list, since its values cannot be joined. */
export function readHeaders(response: Response): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  return cookies.length === 0 ? headers : { ...headers, 'set-cookie': cookies };
}

async function readBytes(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return Buffer.alloc(0);
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw bodyTooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function bodyTooLargeError(): NodeFailure {
  const limit = String(MAX_BODY_BYTES / 1024 / 1024);
  return new NodeFailure(`the answer is larger than ${limit} MiB`, {
    hint: 'Request less, or fetch it into a file with a shell node.',
  });
}

function decodeBody(bytes: Buffer, type: string): string {
  const charset = /charset="?([\w-]+)/iu.exec(type)?.[1];
  if (charset === undefined || /^utf-?8$/iu.test(charset)) return decodeText(bytes);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return decodeText(bytes);
  }
}
