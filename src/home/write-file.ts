// Creates and replaces files atomically: written to a temporary file beside them, synced, then linked or renamed.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PflowError } from '../errors.ts';
import { isLog } from '../files/is-log.ts';

/** Readable by the owner only. */
const FILE_MODE = 0o600;

/** Creates a file, not atomically. Returns false if the path exists; throws every other error of the file system. */
export function createFile(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: FILE_MODE });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Returns false if the path exists. Of several processes that create a file at once, exactly one gets true. */
export function createFileAtomically(path: string, text: string): boolean {
  const temporary = writeTemporaryFile(path, text);
  try {
    // Unlike a rename, a link never replaces a file.
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems have no links. A reader may then see an incomplete file.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return createFile(path, text);
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Makes the folder for several results. Throws FILE_UNWRITABLE. */
export function createOutputFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritableError(path, error);
  }
}

/** A text, bytes, or the pieces of a text that is too long to join. */
type Content = string | Uint8Array | Iterable<string>;

/**
 * Writes a result. A pipe or a device is written to, a file is replaced atomically. Throws FILE_UNWRITABLE, also for a
 * log: its bytes could not be restored.
 */
export function writeOutput(path: string, content: Content): void {
  try {
    const found = path === '' ? undefined : statSync(path, { throwIfNoEntry: false });
    if (path !== '' && (found === undefined || found.isFile())) replaceFileAtomically(path, content);
    else writeAndClose(openSync(path, 'w'), content);
  } catch (error) {
    throw error instanceof PflowError ? error : unwritableError(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
  EEXIST: 'a file is in the place of the folder',
  ENOTDIR: 'a part of its path is a file',
};

function unwritableError(path: string, error: unknown): PflowError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = path === '' ? 'the path is empty' : (REASONS[code] ?? message);
  return new PflowError(
    'FILE_UNWRITABLE',
    `${path === '' ? 'the output' : path} cannot be written: ${reason}`,
    {
      hint: 'Give another path.',
      cause: error,
    },
  );
}

/**
 * Replaces a file: readers see the old text or the new one. A symbolic link stays, and its target is replaced. Throws
 * FILE_UNWRITABLE for a log.
 */
export function replaceFileAtomically(path: string, content: Content): void {
  const target = resolveLinks(path);
  if (isLog(target)) {
    throw new PflowError('FILE_UNWRITABLE', `${path} is a log, and a log is never replaced`, {
      hint: 'Give another path.',
    });
  }
  const temporary = writeTemporaryFile(target, content);
  try {
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Replaces a log by the same log with more lines. Unlike appending, this leaves a whole log where several processes do
 * it at once.
 */
export function replaceByLonger(path: string, bytes: Uint8Array): void {
  const temporary = writeTemporaryFile(path, bytes);
  try {
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeTemporaryFile(path: string, content: Content): string {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = openSync(temporary, 'wx', FILE_MODE);
  try {
    writeContent(file, content);
    fsyncSync(file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return temporary;
}

function writeContent(file: number, content: Content): void {
  if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
  else for (const piece of content) writeFileSync(file, piece);
}

function writeAndClose(file: number, content: Content): void {
  try {
    writeContent(file, content);
  } finally {
    closeSync(file);
  }
}

function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
