// Replaces a file whose name has no room for the ending of a temporary one.
import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { temporaryPath } from './temporary-path.ts';

/** Keeps the mode of a file that is there. */
export async function replaceLongName(path: string, bytes: Uint8Array): Promise<void> {
  // A name that is too long itself fails here.
  const mode = await stat(path).then(
    (found) => found.mode & 0o7777,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    },
  );
  const temporary = temporaryPath(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== undefined) await chmod(temporary, mode);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
