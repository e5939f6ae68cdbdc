// Writes a file in place where the file system permits no rename onto it.
import { stat } from 'node:fs/promises';
import { overwriteBytes } from './write-bytes.ts';

/** Codes of a rename or a temporary file: a mount point, another disk, a folder that is not writable. */
const NOT_REPLACEABLE = new Set<unknown>(['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS']);

/** Handles the `error` of replacing the file at `path`. Throws it when the file cannot be written in place either. */
export async function replaceInPlace(
  error: unknown,
  path: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (!NOT_REPLACEABLE.has((error as NodeJS.ErrnoException).code) || existing?.isFile() !== true) throw error;
  await overwriteBytes(path, bytes, signal).catch((reason: unknown) => {
    throw (reason as NodeJS.ErrnoException).code === 'ENOSPC' || signal.aborted ? reason : error;
  });
}
