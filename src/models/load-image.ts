// Loads the images of a request: passes addresses on and reads files.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PflowError } from '../errors.ts';
import { FileTooLargeError, readBytes } from '../files/read-bytes.ts';
import { expandHome } from '../values/home-path.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Resolves paths against `cwd`. Throws FILE_NOT_FOUND or FILE_UNREADABLE. */
export async function loadImage(image: string, cwd: string, signal: AbortSignal): Promise<URL | Uint8Array> {
  if (/^(https?|data):/i.test(image) && URL.canParse(image)) return new URL(image);
  try {
    return await readBytes(resolve(cwd, expandHome(image, homedir())), { limit: MAX_BYTES, signal });
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as { code?: unknown };
    const isMissing = code === 'ENOENT';
    throw new PflowError(
      isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `image "${image}" cannot be read (${error instanceof FileTooLargeError ? error.message : String(code)})`,
      {
        hint: isMissing
          ? 'Check the path; it is relative to the working directory.'
          : 'Use a file that this user may read.',
      },
    );
  }
}
