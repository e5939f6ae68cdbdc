// Copies a file for the nodes that copy and move. The copy is written beside its destination first.
import { randomBytes } from 'node:crypto';
import { copyFile, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { placeFile, type Placement } from './place-file.ts';

/** Readers of `to` see no file, the old file or the whole new one. A link at `to` stays a link. */
export async function copyBytes(from: string, to: string, placement: Placement): Promise<void> {
  const target = await realpath(to).catch(() => to);
  const temporary = join(
    dirname(target),
    `.${basename(target).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    await copyFile(from, temporary);
    await placeFile(temporary, target, placement);
  } catch (error) {
    if (!placement.overwrite || !isMountPoint(error)) throw error;
    // A mount point cannot be replaced, only its content.
    await copyFile(from, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

function isMountPoint(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EBUSY' || code === 'EXDEV';
}
