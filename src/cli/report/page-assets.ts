// Finds the script and the styles of pages, which the build writes.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PflowError } from '../../errors.ts';

export interface PageAssets {
  readonly script: string;
  readonly styles: string;
}

/** Throws FILE_NOT_FOUND if the program was not built. */
export function readPageAssets(): PageAssets {
  return { script: readAsset('run-page.js'), styles: readAsset('run-page.css') };
}

/** This module runs from its source, from compiled modules and from a bundle of chunks. */
function readAsset(name: string): string {
  const found = ['../../../dist/page/', '../../../page/', '../../page/', '../page/']
    .map((up) => fileURLToPath(new URL(up + name, import.meta.url)))
    .find((path) => existsSync(path));
  if (found !== undefined) return readFileSync(found, 'utf8');
  throw new PflowError(
    'FILE_NOT_FOUND',
    `${name}, a part of the run page, is missing from this installation`,
    {
      hint: 'Install pflow again, or run npm run build.',
    },
  );
}
