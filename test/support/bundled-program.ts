// A program of `fixtures/programs` as one file: it starts in a few dozen milliseconds, so a test may start it often.
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { BUNDLE } from '../../scripts/bundle-options.ts';
import { ROOT } from './root.ts';

/** Its path; gone after the tests of the file. */
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
