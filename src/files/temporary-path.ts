// Names temporary files beside the files that they will replace.
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';

/** A name has at most 255 bytes, and a character up to 4. */
const SHOWN_CHARACTERS = 40;

/** A hidden name in the same folder, so that a rename to `path` is atomic. */
export function temporaryPath(path: string): string {
  const shown = basename(path).slice(0, SHOWN_CHARACTERS);
  return join(dirname(path), `.${shown}.${randomBytes(6).toString('hex')}.tmp`);
}
