// Reads the body of an answer: unpacks it as its headers state, up to a limit, and never returns a part for the whole.
import { Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { NetworkError, toNetworkError, type NetAnswer } from './message.ts';

/** What pflow can unpack, as a request header. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** Statuses whose answers have no body. */
const NO_BODY = new Set([204, 205, 304]);

export function hasBody({ status }: Pick<NetAnswer, 'status'>, method: string): boolean {
  return method !== 'HEAD' && !NO_BODY.has(status);
}

const CUT = new Set(['Z_BUF_ERROR', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'UND_ERR_SOCKET']);

/** Yields the unpacked bytes. Throws a NetworkError for a body that is cut, damaged or packed in an unknown way. */
export async function* readChunks(answer: NetAnswer, method: string): AsyncGenerator<Buffer> {
  let received = 0;
  const count = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      received += chunk.length;
      yield chunk;
    }
  };
  try {
    if (!hasBody(answer, method)) {
      answer.body.resume();
      return;
    }
    let source: AsyncIterable<Buffer> = count(answer.body as AsyncIterable<Buffer>);
    for (const encoding of encodingsOf(answer)) source = unpack(source, encoding);
    yield* source;
  } catch (error) {
    throw brokenBodyError(error, received);
  } finally {
    answer.body.destroy();
  }
}

/** Encodings in the order in which they are removed. */
function encodingsOf({ headers }: NetAnswer): readonly string[] {
  const names = [headers['content-encoding'] ?? []].flat().join(',').toLowerCase().split(',');
  return names.map((name) => name.trim().replace(/^x-/u, '')).reverse();
}

/** Passes bytes on for names that are not encodings: `identity`, `none`, `utf-8`. */
async function* unpack(source: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const whole = restOf(first.value, iterator);
  const unpacker = createUnpacker(encoding, first.value);
  if (unpacker === undefined) {
    yield* whole;
    return;
  }
  const input = Readable.from(whole, { objectMode: false });
  input.once('error', (error) => unpacker.destroy(error));
  try {
    yield* input.pipe(unpacker) as AsyncIterable<Buffer>;
  } finally {
    input.destroy();
    unpacker.destroy();
  }
}

async function* restOf(first: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

function createUnpacker(encoding: string, [first = 0]: Buffer): Transform | undefined {
  switch (encoding) {
    case 'gzip':
      return zlib.createGunzip();
    case 'deflate':
      // Some servers leave out the two bytes of the format, whose first one ends in 8.
      return (first & 0x0f) === 0x08 ? zlib.createInflate() : zlib.createInflateRaw();
    case 'br':
      return zlib.createBrotliDecompress();
    case 'zstd':
    case 'compress':
      throw new NetworkError(`the answer is packed with ${encoding}, which pflow cannot read`, {
        code: 'ENCODING_UNKNOWN',
        wasSent: true,
        retryable: false,
        hint: `Do not name ${encoding} in the header accept-encoding.`,
      });
    default:
      return undefined;
  }
}

function brokenBodyError(error: unknown, received: number): unknown {
  if (error instanceof NetworkError) return error;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) return error;
  const { code, message } = toNetworkError(error, true);
  const bytes = `${String(received)} bytes`;
  const isCut = CUT.has(code);
  const isPacked = /^(?:Z_|ERR__ERROR_|ERR_BROTLI)/u.test(code);
  const text = isCut ? `the answer broke off after ${bytes}` : `the answer cannot be unpacked: ${message}`;
  return new NetworkError(isCut || isPacked ? text : message, {
    code: isCut ? 'ECONNRESET' : code,
    wasSent: true,
    cause: error,
  });
}
