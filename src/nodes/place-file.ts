// Puts a file at its destination for the nodes that copy and move. Makes missing folders, and replaces another file
// only on request.
import type { Stats } from 'node:fs';
import { link, lstat, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isLog } from '../files/is-log.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { makeFolder } from './make-folder.ts';
import { fileError, logError } from './file-error.ts';

export interface Placement {
  /** For messages: `copy "a.txt" to`. */
  readonly operation: string;
  /** For messages: the destination as the workflow has it. */
  readonly shown: string;
  readonly overwrite: boolean;
}

/** Checks that the destination is free or may be replaced, and makes its folder. */
export async function prepareDestination(
  to: string,
  { operation, shown, overwrite }: Placement,
): Promise<void> {
  const existing = await stat(to).catch(() => undefined);
  if (existing !== undefined) {
    const reason = findUnusableReason(existing);
    if (reason !== undefined) throw new NodeFailure(`cannot ${operation} "${shown}": ${reason}`);
    if (!overwrite) throw fileExistsError(operation, shown);
    if (isLog(to)) throw logError(operation, shown);
  }
  await makeFolder(dirname(to)).catch((error: unknown) => {
    throw fileError(operation, shown, error);
  });
}

function findUnusableReason(existing: Stats): string | undefined {
  if (existing.isDirectory()) return 'it is a folder; name the file in it';
  return existing.isFile() ? undefined : 'it is not a file';
}

/** Renames a finished file. When several runs place a file at one free destination at once, all but one fail. */
export async function placeFile(
  from: string,
  to: string,
  { operation, shown, overwrite }: Placement,
): Promise<void> {
  if (overwrite) return rename(from, to);
  try {
    // Unlike a rename, a link never replaces an existing file.
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw fileExistsError(operation, shown);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    // Without links on this file system, another run may still be faster than this check.
    if ((await lstat(to).catch(() => undefined)) !== undefined) throw fileExistsError(operation, shown);
    return rename(from, to);
  }
  await unlink(from);
}

function fileExistsError(operation: string, shown: string): NodeFailure {
  return new NodeFailure(`cannot ${operation} "${shown}": a file exists there already`, {
    hint: 'Set "overwrite" to true, or choose another dest_path.',
  });
}
