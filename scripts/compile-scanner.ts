// `npm run scanner`: compiles the scanner of log lines to WebAssembly. The result is kept as text in the sources, so
// that building or installing pflow does not need the compiler.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { USAGE_COUNTS } from '../src/events/usage-counts.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'src', 'log', 'scanner');
// Run as a program: importing it would change the types of all arrays.
const COMPILER = join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
const OPTIONS = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd'];

export const USAGE_KEYS_FILE = join(FOLDER, 'assembly', 'usage-keys.ts');
export const BYTES_FILE = join(FOLDER, 'scanner-bytes.ts');

/** The AssemblyScript module with the keys of a usage. */
export function usageKeysModule(): string {
  const [first, ...others] = USAGE_COUNTS.map(({ field }) => `literal('"${field}":')`);
  return [
    '// Written by `npm run scanner`: the keys of a usage, in the order of USAGE_COUNTS in `src/events/usage-counts.ts`.',
    "import { literal } from './bytes';",
    '',
    `export const USAGE_KEYS: i32 = ${String(USAGE_COUNTS.length)};`,
    '// One behind the other in memory.',
    `export const USAGE_NAMES = ${first ?? ''};`,
    ...others.map((other) => `${other};`),
    '',
  ].join('\n');
}

/** The module that holds the compiled scanner. */
export function scannerModule(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-scanner-'));
  try {
    const compiled = join(folder, 'scan.wasm');
    execFileSync(process.execPath, [
      COMPILER,
      join(FOLDER, 'assembly', 'scan.ts'),
      '--outFile',
      compiled,
      ...OPTIONS,
    ]);
    return [
      '// Written by `npm run scanner`: the compiled `assembly/`.',
      `export const SCANNER_BYTES = '${readFileSync(compiled).toString('base64')}';`,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(USAGE_KEYS_FILE, usageKeysModule());
  writeFileSync(BYTES_FILE, scannerModule());
}
