// Looks at what is at a path.
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** False for a path that does not exist or cannot be looked at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Follows links. Returns the absolute path itself where it leads to no file, such as a pipe. */
export function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
