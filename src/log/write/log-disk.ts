// Provides the disk operations of a log, synchronous, one call each. Passed in, so that a test can inject faults. Also
// describes disk errors.
import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface LogDisk {
  /** Creates a file that must not exist, for appending, readable by its owner only. */
  create(path: string): number;
  /** Bytes written; may be fewer than `length`. */
  write(file: number, bytes: Uint8Array, offset: number, length: number): number;
  sync(file: number): void;
  /** Makes files that were created in a folder survive a power cut. */
  syncFolder(path: string): void;
  close(file: number): void;
  isFolder(path: string): boolean;
  makeFolder(path: string): void;
}

const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;

export const systemDisk: LogDisk = {
  create: (path) => openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0o600),
  write: (file, bytes, offset, length) => writeSync(file, bytes, offset, length),
  sync: (file) => {
    fdatasyncSync(file);
  },
  syncFolder(path) {
    const folder = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(folder);
    } catch (error) {
      // Some file systems do not support it.
      if (diskCode(error) !== 'EINVAL') throw error;
    } finally {
      closeSync(folder);
    }
  },
  close: (file) => {
    closeSync(file);
  },
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  makeFolder,
};

/** Makes folders one by one: a recursive mkdir never returns where a folder exists but nothing can be made in it. */
export function makeFolder(path: string, mode?: number): void {
  if (systemDisk.isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (!systemDisk.isFolder(path)) throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'the path goes in a circle of links',
  EEXIST: 'a file is in the place of a folder',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would grow over the size limit',
  EIO: 'the device reported an input/output error',
};

/** Describes a system error, with its code: `no space left on the device (ENOSPC)`. */
export function diskReason(error: unknown): string {
  const code = diskCode(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return `${REASONS[code] ?? 'the system refused'} (${code})`;
}

export function diskCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
