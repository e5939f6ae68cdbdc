// Finds the file that a path leads to through symbolic links. The file may be missing.
import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** As many as Linux follows. */
const MAX_LINKS = 40;

/** Returns a path that is no link. Throws an error with the code ELOOP where links lead in a circle. */
export async function followLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const found = await lstat(target).catch(() => undefined);
    if (found?.isSymbolicLink() !== true) return target;
    target = resolve(await realpath(dirname(target)), await readlink(target));
  }
  throw Object.assign(new Error(`too many links at ${path}`), { code: 'ELOOP' });
}
