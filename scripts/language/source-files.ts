// Lists the source files whose language is checked.
import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const FOLDERS = ['src', 'projections', 'test', 'bench', 'scripts', 'fixtures/programs'];

/** Paths relative to `root`, with slashes, in order. The word list itself is not among them. */
export function sourceFiles(root: string): string[] {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:[cm]?js|tsx?)$/u.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );
  return [...found, 'eslint.config.js', 'vitest.config.ts']
    .filter((path) => path !== 'scripts/language/word-list.ts')
    .sort();
}
