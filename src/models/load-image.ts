// Images of a request: addresses are handed on, files are read.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PflowError } from '../errors.ts';

/** Paths are resolved against `cwd`. Throws FILE_NOT_FOUND or FILE_UNREADABLE. */
export async function loadImage(image: string, cwd: string): Promise<URL | Uint8Array> {
  if (/^(https?|data):/i.test(image) && URL.canParse(image)) return new URL(image);
  try {
    return await readFile(resolve(cwd, image));
  } catch (error) {
    const { code } = error as { code?: unknown };
    const missing = code === 'ENOENT';
    throw new PflowError(
      missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `image "${image}" cannot be read (${String(code)})`,
      {
        hint: missing
          ? 'Check the path; it is relative to the working directory.'
          : 'Give a file that may be read.',
      },
    );
  }
}
