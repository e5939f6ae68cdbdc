import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = 'src/models/';

/** Lists the packages that a file imports statically, directly or through other files. */
async function packagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    splitting: true,
    outdir: 'unused',
    logLevel: 'silent',
  });
  return [...reached(metafile, entry)].sort();
}

function reached({ inputs }: Metafile, entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { kind, path, external } of inputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external !== true) open.push(path);
      else if (!path.startsWith('node:')) packages.add(path);
    }
  }
  return packages;
}

describe('a file of the models', () => {
  const files = readdirSync(new URL('../../src/models/', import.meta.url), {
    recursive: true,
    encoding: 'utf8',
  })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => `${FOLDER}${file}`);

  it('imports no package statically, except for structured and streamed answers', async () => {
    const found = await Promise.all(files.map(async (file) => [file, await packagesOf(file)] as const));
    // Every run has loaded zod already, for the params of its nodes.
    const others = found.map(
      ([file, packages]) => [file, packages.filter((name) => name !== 'zod')] as const,
    );
    expect(others.filter(([, packages]) => packages.length > 0)).toEqual([
      [`${FOLDER}stream/read-stream.ts`, ['eventsource-parser']],
      [`${FOLDER}structured-answer.ts`, ['ajv', 'ajv/dist/2020.js']],
    ]);
  });

  it('with a static import of a package is found by this test', async () => {
    expect(await packagesOf('test/models/structured-answer.unit.test.ts')).toContain('zod');
  });
});
