// Opens files so that no call blocks a thread: a pipe without a partner would keep the process from ending.
import { close, constants, fstat, open, type Stats } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Absent on systems that have no such flag. */
const NONBLOCK = (constants as Partial<typeof constants>).O_NONBLOCK ?? 0;

/** How often a device or a pipe that is not ready is tried again. */
const POLL_MS = 20;

const openFile = promisify(open);
const statFile = promisify(fstat);
const closeFile = promisify(close);

export interface Opened {
  readonly fd: number;
  readonly stats: Stats;
}

/** Opens `path` without waiting for the other end of a pipe. The caller closes it. */
export async function openWithoutBlocking(path: string, flags: number): Promise<Opened> {
  const fd = await openFile(path, flags | NONBLOCK, 0o666);
  try {
    return { fd, stats: await statFile(fd) };
  } catch (error) {
    await closeDescriptor(fd);
    throw error;
  }
}

/** Never throws: nothing is lost when a descriptor cannot be closed. */
export async function closeDescriptor(fd: number): Promise<void> {
  await closeFile(fd).catch(() => undefined);
}

/** Repeats `work` while it fails with one of `codes`, until the signal is aborted. */
export async function poll<T>(
  work: () => Promise<T>,
  codes: readonly string[],
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!codes.includes(String((error as NodeJS.ErrnoException).code))) throw error;
    }
    // An abort ends the sleep; the next round throws its reason.
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
