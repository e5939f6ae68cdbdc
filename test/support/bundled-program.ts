// Bundles a program of `fixtures/programs` into one file, which starts in a few dozen milliseconds.
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { BUNDLE } from '../../scripts/bundle-options.ts';
import { ROOT } from './root.ts';

/** Returns the path of the bundle, which is deleted after the tests of the file. */
export function bundledProgram(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-program-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const outfile = join(folder, `${name}.mjs`);
  buildSync({
    ...BUNDLE,
    splitting: false,
    entryPoints: [join(ROOT, 'fixtures/programs', `${name}.ts`)],
    outfile,
  });
  return outfile;
}
