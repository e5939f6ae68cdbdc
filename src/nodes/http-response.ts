// What a server answered, read to its end and as plain values. It judges no status.
import { NodeFailure } from '../flow/node-failure.ts';
import { decodeText } from './decode-text.ts';

const LARGEST_BODY = 64 * 1024 * 1024;

/** JSON where the content type says so and it is true, else text, else base64. */
export async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  const text = decode(await bytesOf(response), type);
  if (text === '' || !/[/+]json\s*(?:;|$)/iu.test(type)) return text;
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, '')) as unknown;
  } catch {
    return text;
  }
}

/** Names in lower case; `set-cookie` is a list, since its values cannot be joined. */
export function readHeaders(response: Response): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  return cookies.length === 0 ? headers : { ...headers, 'set-cookie': cookies };
}

async function bytesOf(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return Buffer.alloc(0);
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw bodyTooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function bodyTooLargeError(): NodeFailure {
  const limit = String(LARGEST_BODY / 1024 / 1024);
  return new NodeFailure(`the answer is larger than ${limit} MiB`, {
    hint: 'Ask for less, or fetch it into a file with a shell node.',
  });
}

function decode(bytes: Buffer, type: string): string {
  const charset = /charset="?([\w-]+)/iu.exec(type)?.[1];
  if (charset === undefined || /^utf-?8$/iu.test(charset)) return decodeText(bytes);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return decodeText(bytes);
  }
}
