// A file that is there as a whole or not at all: written beside its place, synced, and then given its name.
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { createFile } from './create-file.ts';

/** Returns false when the file exists: of several concurrent calls exactly one returns true. */
export function createFileAtomically(path: string, text: string): boolean {
  const beside = writeBeside(path, text);
  try {
    // Unlike a rename, a link never takes the place of what is there.
    linkSync(beside, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems know no links; there a reader may come before the text.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return createFile(path, text);
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Readers see the old text or the new one. A link to a file elsewhere stays a link. */
export function replaceFileAtomically(path: string, text: string): void {
  const target = realPath(path);
  const beside = writeBeside(target, text);
  try {
    renameSync(beside, target);
  } finally {
    rmSync(beside, { force: true });
  }
}

function writeBeside(path: string, text: string): string {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = openSync(beside, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return beside;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
