// Reads the bytes of a log from a file or a stream, and decompresses gzip. Knows no lines.
import { closeSync, fstatSync, openSync, read, readSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';
import { PflowError } from '../../errors.ts';
import { pipeChunks } from '../../files/pipe-chunks.ts';
import { diskCode, diskReason } from '../write/log-disk.ts';
import { isRunPage, logOfPage, RUN_PAGE_MAGIC } from './page-log.ts';
import { missingLogError } from './missing-log-error.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Small, since gzip can expand a thousandfold. */
const COMPRESSED_CHUNK_BYTES = 16 * 1024;

/** How decompression ended; set while the bytes are read. */
export interface DecompressionResult {
  /** The compressed data is truncated. */
  truncated?: boolean;
  damage?: string;
}

/** Chunks share one buffer: each is valid until the next is requested. `from`: offset of the first byte. */
export async function* fileChunks(path: string, from = 0): AsyncGenerator<Buffer, void, undefined> {
  try {
    const piped = pipeChunks(path);
    if (piped !== undefined) {
      yield* piped;
      return;
    }
    const file = openSync(path, 'r');
    try {
      const { size, isFile } = inspectFile(file, path);
      let position = from;
      const read = isFile
        ? (into: Buffer) => readSync(file, into, 0, into.length, position)
        : (into: Buffer) => readAsync(file, into);
      // A short log needs no large buffer; one extra byte shows its end without another read.
      const buffer = Buffer.allocUnsafe(isFile ? Math.min(size + 1, CHUNK_BYTES) : CHUNK_BYTES);
      for (;;) {
        // A file is read synchronously: the thread pool would take longer than reading many a log.
        const count = await read(buffer);
        if (count === 0) return;
        position += count;
        yield buffer.subarray(0, count);
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw error instanceof PflowError ? error : unreadableError(path, error);
  }
}

function inspectFile(file: number, path: string): { readonly size: number; readonly isFile: boolean } {
  const stat = fstatSync(file);
  if (!stat.isDirectory()) return { size: stat.size, isFile: stat.isFile() && stat.size > 0 };
  throw new PflowError('FILE_UNREADABLE', `"${path}" is a folder, not a log`, folderHint(path));
}

/** An open file, and how many bytes it had when it was opened. */
export interface PlainLog {
  readonly file: number;
  readonly size: number;
}

/** Opens a log that is a regular, uncompressed file. Returns undefined for anything else. */
export function openPlainLog(path: string): PlainLog | undefined {
  try {
    // Checked before opening: a pipe must not be opened twice.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) return undefined;
    const file = openSync(path, 'r');
    try {
      const { size, isFile } = inspectFile(file, path);
      const head = Buffer.alloc(RUN_PAGE_MAGIC.length);
      readSync(file, head, 0, head.length, 0);
      if (isFile && !isCompressed(head) && !isRunPage(head)) return { file, size };
    } catch (error) {
      closeSync(file);
      throw error;
    }
    closeSync(file);
    return undefined;
  } catch (error) {
    throw error instanceof PflowError ? error : unreadableError(path, error);
  }
}

export function isPlainLog(path: string): boolean {
  const log = openPlainLog(path);
  if (log !== undefined) closeSync(log.file);
  return log !== undefined;
}

function isCompressed(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

const readAsync = promisify(
  (file: number, buffer: Buffer, done: (error: Error | null, count: number) => void): void => {
    read(file, buffer, 0, buffer.length, null, done);
  },
);

function folderHint(path: string): { readonly hint: string; readonly path: string } {
  return { hint: 'Name the log files in it.', path };
}

function unreadableError(path: string, error: unknown): PflowError {
  if (diskCode(error) === 'ENOENT') return missingLogError(path, error);
  return new PflowError('FILE_UNREADABLE', `the log "${path}" cannot be read: ${diskReason(error)}`, {
    hint: 'Check that it is a file and that you may read it.',
    path,
    cause: error,
  });
}

/** Yields the bytes, decompressed where they start as gzip does. Of a run page they are those of its log. */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  result: DecompressionResult,
): AsyncGenerator<Buffer, void, undefined> {
  yield* inflate(unwrapPage(chunks), result);
}

/** Yields the compressed log of a run page; everything else as it is. */
async function* unwrapPage(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const page: Buffer[] = [];
  let isFirst = true;
  for await (const chunk of chunks) {
    const isPart = isFirst ? isRunPage(chunk) : page.length > 0;
    isFirst = false;
    // Copied: the memory of a chunk is reused for the next one.
    if (isPart) page.push(Buffer.from(chunk));
    else yield chunk;
  }
  if (page.length > 0) yield logOfPage(Buffer.concat(page));
}

async function* inflate(
  chunks: AsyncIterable<Uint8Array>,
  result: DecompressionResult,
): AsyncGenerator<Buffer, void, undefined> {
  let first: Buffer | undefined = Buffer.alloc(0);
  let decompressor: Decompressor | undefined;
  for await (const chunk of chunks) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (first !== undefined) {
      bytes = Buffer.concat([first, bytes]);
      first = bytes.length < 2 ? bytes : undefined;
      if (first !== undefined) continue;
      if (isCompressed(bytes)) decompressor = new Decompressor();
    }
    if (decompressor === undefined) yield bytes;
    else yield* decompressor.decompress(bytes);
  }
  if (first !== undefined && first.length > 0) yield first;
  if (decompressor !== undefined) {
    Object.assign(result, await decompressor.end());
    yield* decompressor.rest();
  }
}

/** Decompresses in steps, so that data before any damage is passed on first. */
class Decompressor {
  private readonly gunzip: Gunzip = createGunzip();
  private readonly ready: Buffer[] = [];
  private readonly closed: Promise<void>;
  private failure: NodeJS.ErrnoException | undefined;
  private fed = 0;

  constructor() {
    this.gunzip.on('data', (chunk: Buffer) => this.ready.push(chunk));
    this.closed = new Promise((resolve) => {
      this.gunzip.on('error', (error) => {
        this.failure = error;
      });
      this.gunzip.on('close', resolve);
    });
  }

  async *decompress(compressed: Buffer): AsyncGenerator<Buffer, void, undefined> {
    for (let at = 0; at < compressed.length && this.failure === undefined; at += COMPRESSED_CHUNK_BYTES) {
      // A copy: the chunk is reused before gunzip has finished with it.
      const part = Buffer.from(compressed.subarray(at, at + COMPRESSED_CHUNK_BYTES));
      this.fed += part.length;
      const written = new Promise<void>((resolve) => {
        this.gunzip.write(part, () => {
          resolve();
        });
      });
      // After an error the callback is never called.
      await Promise.race([written, this.closed]);
      yield* this.rest();
    }
  }

  /** Decompressed data that was not passed on yet. */
  rest(): readonly Buffer[] {
    return this.ready.splice(0);
  }

  async end(): Promise<DecompressionResult> {
    if (this.failure === undefined) this.gunzip.end();
    await this.closed;
    if (this.failure !== undefined) {
      return this.failure.code === 'Z_BUF_ERROR' ? { truncated: true } : { damage: this.failure.message };
    }
    const rest = this.fed - this.gunzip.bytesWritten;
    return rest > 0 ? { damage: `${String(rest)} bytes follow the end of the compressed data` } : {};
  }
}
