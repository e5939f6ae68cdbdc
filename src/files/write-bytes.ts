// Writes to a file in place: at its end, over its old content, or into a pipe or a device.
import { constants, fsync, write } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { closeDescriptor, openWithoutBlocking, poll, type Opened } from './descriptor.ts';

const writeTo = promisify(write);
const syncFile = promisify(fsync);

/** Adds bytes to the end of a file. Hands them to a pipe once it has a reader. */
export async function appendBytes(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
  const isPipe = await stat(path).then(
    (stats) => stats.isFIFO(),
    () => false,
  );
  // A pipe without a reader cannot be opened yet.
  const opened = await poll(() => openWithoutBlocking(path, flags), isPipe ? ['ENXIO'] : [], signal);
  return opened.stats.isFIFO() ? writePipe(opened, bytes, signal) : writeAll(opened, bytes, signal);
}

/** Replaces the content of a file, such as a mount point. Not atomic. */
export async function overwriteBytes(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const opened = await openWithoutBlocking(path, constants.O_WRONLY | constants.O_TRUNC);
  return writeAll(opened, bytes, signal);
}

async function writeAll({ fd, stats }: Opened, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await poll(() => writeTo(fd, bytes, done), ['EAGAIN'], signal);
      done += bytesWritten;
    }
    if (stats.isFile()) await syncFile(fd);
  } finally {
    await closeDescriptor(fd);
  }
}

function writePipe({ fd }: Opened, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const socket = new Socket({ fd, readable: false, writable: true });
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      socket.destroy();
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.once('error', reject);
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    // It may have been aborted while the pipe was opened.
    if (signal.aborted) stop();
    else socket.end(bytes);
  });
}
