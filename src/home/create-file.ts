// Makes a file that must not exist, readable by its owner only.
import { writeFileSync } from 'node:fs';

/** Returns false when the name exists. Throws any other error of the file system. */
export function createFile(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
