// Reads the body of an answer to its end, as a plain value. Does not interpret the status; the caller does.
import { NodeFailure } from '../flow/node-failure.ts';
import { readChunks } from '../net/body.ts';
import type { NetAnswer } from '../net/message.ts';
import { JsonNumberError, parseExactJson } from '../values/exact-json.ts';
import { decodeBytes, type DecodedBytes } from './decode-bytes.ts';
import { decodeWindows1252 } from './windows-1252.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

const JSON_TYPE = /[/+]json\s*(?:;|$)/iu;
const TEXT_TYPE = /^\s*text\/|[/+](?:json|xml)\b/iu;
const CHARSET = /;\s*charset\s*=\s*["']?([^"';\s]+)/iu;

export interface ReadBody {
  readonly response: unknown;
  readonly response_is_binary: boolean;
}

/** Returns JSON where content type and body are JSON, else text, else base64. */
export async function readBody(answer: NetAnswer, method: string): Promise<ReadBody> {
  const type = [answer.headers['content-type'] ?? ''].flat().join();
  const { text, isBinary } = decodeBody(await readBytes(answer, method), type);
  const asText = { response: text, response_is_binary: isBinary };
  if (text === '' || isBinary || !JSON_TYPE.test(type)) return asText;
  try {
    return { response: parseExactJson(text), response_is_binary: false };
  } catch (error) {
    if (error instanceof JsonNumberError) throw unreadableNumberError(error);
    return asText;
  }
}

/** Is undefined here: null would be a silent change, and the whole body as text another type. */
function unreadableNumberError(cause: JsonNumberError): NodeFailure {
  return new NodeFailure(`the answer cannot be kept: ${cause.message}`, {
    hint: 'Fetch it with a shell node, which keeps it as text.',
    cause,
  });
}

async function readBytes(answer: NetAnswer, method: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readChunks(answer, method)) {
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

/** Bytes that are not in the charset become base64: a text with replaced characters would be a silent change. */
function decodeBody(bytes: Buffer, type: string): DecodedBytes {
  const charset = findCharset(bytes, type);
  if (charset === undefined || /^utf-?8$/iu.test(charset)) return decodeBytes(bytes);
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    const isWestern = decoder.encoding === 'windows-1252';
    return { text: isWestern ? decodeWindows1252(bytes) : decoder.decode(bytes), isBinary: false };
  } catch {
    // An unknown charset may be a name of UTF-8. Zeros are of one that it is not, such as UTF-32.
    return decodeBytes(bytes, bytes.includes(0) ? 'base64' : 'utf-8');
  }
}

/** A byte order mark decides the order of UTF-16. Without one it is little-endian, as in browsers. */
function findCharset(bytes: Buffer, type: string): string | undefined {
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  const isOpen = charset === 'utf-16' || (charset === undefined && TEXT_TYPE.test(type));
  if (!isOpen) return charset;
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'feff') return 'utf-16be';
  return mark === 'fffe' ? 'utf-16le' : charset;
}
