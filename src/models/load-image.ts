// Loads the images of a request: passes addresses on and reads files.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { expandHome } from '../values/home-path.ts';

/** Resolves paths against `cwd`. Throws FILE_NOT_FOUND or FILE_UNREADABLE. */
export async function loadImage(image: string, cwd: string): Promise<URL | Uint8Array> {
  if (/^(https?|data):/i.test(image) && URL.canParse(image)) return new URL(image);
  try {
    return await readFile(resolve(cwd, expandHome(image, homedir())));
  } catch (error) {
    const { code } = error as { code?: unknown };
    const isMissing = code === 'ENOENT';
    throw new PflowError(
      isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `image "${image}" cannot be read (${String(code)})`,
      {
        hint: isMissing
          ? 'Check the path; it is relative to the working directory.'
          : 'Use a file that this user may read.',
      },
    );
  }
}
