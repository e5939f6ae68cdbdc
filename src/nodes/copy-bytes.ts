// A copy under a name of its own beside the place where it will stand, for the nodes that copy and move.
import { randomBytes } from 'node:crypto';
import { copyFile, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { placeFile, type Placement } from './place-file.ts';

/** Readers of `to` see nothing, the old file or the whole new one. A link there stays a link. */
export async function copyBytes(from: string, to: string, placement: Placement): Promise<void> {
  const target = await realpath(to).catch(() => to);
  const beside = join(
    dirname(target),
    `.${basename(target).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`,
  );
  try {
    await copyFile(from, beside);
    await placeFile(beside, target, placement);
  } finally {
    await rm(beside, { force: true });
  }
}
