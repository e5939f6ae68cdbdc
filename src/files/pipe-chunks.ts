// Reads pipes and devices within the time limit of a command: opening one waits for a writer that may never come.
import type { AsyncLocalStorage } from 'node:async_hooks';
import { closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs';

export interface ReadLimit {
  /** Of `performance.now()`. */
  readonly endsAt: number;
  /** Makes the error of a file that did not end in time. */
  readonly createError: (path: string) => Error;
}

/** Absent on systems that have no such flag. */
const NONBLOCK = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

const CHUNK_BYTES = 64 * 1024;
const POLL_MS = 10;

/** Made for the first limit: few commands have one. */
let limits: AsyncLocalStorage<ReadLimit> | undefined;

/** Applies a limit to all pipes that `work` reads. */
export function withReadLimit<T>(limit: ReadLimit, work: () => T): T {
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
  const storage = limits ?? new AsyncLocalStorage<ReadLimit>();
  limits = storage;
  return storage.run(limit, work);
}

export function currentReadLimit(): ReadLimit | undefined {
  return limits?.getStore();
}

/**
 * Yields the bytes of a pipe or a device to its end. Throws the error of the limit. Undefined where no limit holds and
 * for a file that ends by itself: the caller reads it as usual.
 */
export function pipeChunks(path: string, shownPath = path): Generator<Buffer, void, undefined> | undefined {
  const limit = currentReadLimit();
  if (limit === undefined) return undefined;
  const stats = statSync(path, { throwIfNoEntry: false });
  const mayBlock = stats?.isFIFO() === true || stats?.isCharacterDevice() === true;
  return mayBlock
    ? chunksWithin(path, stats.isFIFO() && hasName(path), () => {
        if (performance.now() >= limit.endsAt) throw limit.createError(shownPath);
      })
    : undefined;
}

/**
 * The thread sleeps between two tries: the readers of settings and workflows are synchronous, and a thread of the pool
 * that waits in `open` would keep the process from ending.
 */
function* chunksWithin(
  path: string,
  mayBeOpened: boolean,
  checkTime: () => void,
): Generator<Buffer, void, undefined> {
  const file = openSync(path, constants.O_RDONLY | NONBLOCK);
  try {
    // A pipe without a writer is like one at its end, until the first byte has come.
    for (let waits = mayBeOpened; ;) {
      const chunk = readChunk(file);
      if (chunk?.length === 0 && !waits) return;
      if (chunk !== undefined && chunk.length > 0) {
        waits = false;
        yield chunk;
      }
      checkTime();
      if (chunk === undefined || chunk.length === 0) sleep(POLL_MS);
    }
  } finally {
    closeSync(file);
  }
}

/** Undefined while nothing has come; empty at the end. */
function readChunk(file: number): Buffer | undefined {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    return buffer.subarray(0, readSync(file, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

/** False for the pipe behind `/dev/stdin` or `<(command)`, which has its writer from the start. */
function hasName(path: string): boolean {
  try {
    return !realpathSync.native(path).startsWith('/dev/fd/');
  } catch {
    return false;
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
