// Copies a file for the nodes that copy and move. The copy is written beside its destination first.
import { copyFile, readlink, rm, symlink } from 'node:fs/promises';
import { followLinks } from '../files/follow-links.ts';
import { temporaryPath } from '../files/temporary-path.ts';
import { placeFile, type Placement } from './place-file.ts';

/** Readers of `to` see no file, the old file or the whole new one. A link at `to` stays a link. */
export async function copyBytes(from: string, to: string, placement: Placement): Promise<void> {
  const target = placement.overwrite ? await followLinks(to) : to;
  const temporary = temporaryPath(target);
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

/** Makes the same link elsewhere. Its text stays, as with a rename. */
export async function copyLink(from: string, to: string, placement: Placement): Promise<void> {
  const temporary = temporaryPath(to);
  try {
    await symlink(await readlink(from), temporary);
    await placeFile(temporary, to, placement);
  } finally {
    await rm(temporary, { force: true });
  }
}

function isMountPoint(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EBUSY' || code === 'EXDEV';
}
