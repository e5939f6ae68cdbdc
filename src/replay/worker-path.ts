// Where the program of a thread stands.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside this file, or beside the folder of chunks that this one is bundled into; sources have no threads of their own. */
export function workerPath(name: string): string | undefined {
  return [`./${name}.js`, `../${name}.js`]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
}
