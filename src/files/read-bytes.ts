// Reads a file to its end, up to a limit. A pipe or a device that sends nothing ends with the signal.
import { constants, read } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { closeDescriptor, openWithoutBlocking, poll } from './descriptor.ts';

const CHUNK_BYTES = 1024 * 1024;

const readFrom = promisify(read);

/** The file is larger than the limit, or never ends. */
export class FileTooLargeError extends Error {
  constructor(limit: number) {
    super(`it is larger than ${describeBytes(limit)}`);
    this.name = 'FileTooLargeError';
  }
}

export interface ReadLimits {
  /** Bytes that the file may have. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Rejects with a FileTooLargeError, a system error, or the reason of the signal. */
export async function readBytes(path: string, limits: ReadLimits): Promise<Buffer> {
  limits.signal.throwIfAborted();
  const { fd, stats } = await openWithoutBlocking(path, constants.O_RDONLY);
  // The socket closes the descriptor.
  if (stats.isFIFO()) return readPipe(new Socket({ fd, readable: true, writable: false }), limits);
  try {
    if (stats.isFile() && stats.size > limits.limit) throw new FileTooLargeError(limits.limit);
    return await readChunks(fd, limits);
  } finally {
    await closeDescriptor(fd);
  }
}

async function readPipe(socket: Socket, { limit, signal }: ReadLimits): Promise<Buffer> {
  const stop = (): void => {
    socket.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    // It may have been aborted while the pipe was opened.
    signal.throwIfAborted();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new FileTooLargeError(limit);
      chunks.push(chunk);
    }
    signal.throwIfAborted();
    return Buffer.concat(chunks);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

async function readChunks(fd: number, { limit, signal }: ReadLimits): Promise<Buffer> {
  const full: Buffer[] = [];
  let chunk = Buffer.allocUnsafe(0);
  let used = 0;
  for (let size = 0; ;) {
    // A device may return few bytes at a time, so a chunk takes several reads.
    if (used === chunk.length) {
      full.push(chunk);
      chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, limit - size + 1));
      used = 0;
    }
    const { bytesRead } = await poll(
      () => readFrom(fd, chunk, used, chunk.length - used, null),
      ['EAGAIN'],
      signal,
    );
    if (bytesRead === 0) return Buffer.concat([...full, chunk.subarray(0, used)]);
    size += bytesRead;
    used += bytesRead;
    if (size > limit) throw new FileTooLargeError(limit);
  }
}

/** `64 MiB`, or a number of bytes that is not a whole number of MiB. */
function describeBytes(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return Number.isInteger(mebibytes) ? `${String(mebibytes)} MiB` : `${String(bytes)} bytes`;
}
