// Loads the images of a request: passes addresses on and reads files.
import { isUtf8 } from 'node:buffer';
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
    return requireImage(
      image,
      await readBytes(resolve(cwd, expandHome(image, homedir())), { limit: MAX_BYTES, signal }),
    );
  } catch (error) {
    if (error instanceof PflowError) throw error;
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

/** A provider would refuse it, after the nodes before were paid. Models take no SVG, and other images are not text. */
function requireImage(image: string, bytes: Uint8Array): Uint8Array {
  const isText = isUtf8(bytes) && !bytes.includes(0);
  if (!isText) return bytes;
  throw new PflowError('FILE_UNREADABLE', `image "${image}" is ${bytes.length === 0 ? 'empty' : 'text'}`, {
    hint: 'Use a PNG, JPEG, GIF or WebP file.',
  });
}
