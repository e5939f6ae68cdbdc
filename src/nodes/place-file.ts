// How the nodes that copy and move put a file where it belongs: as a whole, in folders that are made where they are
// missing, and over another file only when that is wanted.
import { link, lstat, mkdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NodeFailure } from '../flow/node-failure.ts';
import { fileError } from './file-error.ts';

export interface Placement {
  /** For messages: `copy "a.txt" to`. */
  readonly deed: string;
  /** For messages: the place as the workflow has it. */
  readonly shown: string;
  readonly overwrite: boolean;
}

/** The place is free, or may be taken; its folder is there. */
export async function prepareDestination(to: string, { deed, shown, overwrite }: Placement): Promise<void> {
  const there = await stat(to).catch(() => undefined);
  const reason =
    there === undefined
      ? undefined
      : there.isDirectory()
        ? 'it is a folder; name the file in it'
        : !there.isFile()
          ? 'it is no file'
          : undefined;
  if (reason !== undefined) throw new NodeFailure(`cannot ${deed} "${shown}": ${reason}`);
  if (there !== undefined && !overwrite) throw fileExistsError(deed, shown);
  await mkdir(dirname(to), { recursive: true }).catch((error: unknown) => {
    throw fileError(deed, shown, error);
  });
}

/** Renames a finished file. Of several who want a free place at once, one gets it and the others fail. */
export async function placeFile(
  from: string,
  to: string,
  { deed, shown, overwrite }: Placement,
): Promise<void> {
  if (overwrite) return rename(from, to);
  try {
    // Unlike a rename, a link never takes the place of what is there.
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw fileExistsError(deed, shown);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    // No links here: looking first is the best that can be done.
    if ((await lstat(to).catch(() => undefined)) !== undefined) throw fileExistsError(deed, shown);
    return rename(from, to);
  }
  await unlink(from);
}

function fileExistsError(deed: string, shown: string): NodeFailure {
  return new NodeFailure(`cannot ${deed} "${shown}": there is a file already`, {
    hint: 'Set "overwrite" to true, or choose another dest_path.',
  });
}
