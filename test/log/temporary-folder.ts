// Makes a folder for one test file, and deletes it afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Returns a function that makes unique paths. */
export function temporaryPaths(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-log-'));
  let count = 0;
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name) => {
    count += 1;
    return join(folder, `${String(count)}-${name}`);
  };
}
