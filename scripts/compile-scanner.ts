// `npm run scanner`: compiles the scanner of log lines to WebAssembly and stores it as text in the sources, so that building
// and installing pflow does not need the compiler.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'src', 'log', 'scanner');
// Run as a program: imported, its types would change those of all arrays.
const COMPILER = join(ROOT, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
const OPTIONS = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd'];

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
      '// The compiled `assembly/`, made by `npm run scanner`.',
      `export const SCANNER_BYTES = '${readFileSync(compiled).toString('base64')}';`,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The module with the slot numbers of results, from the enums `Int` and `Float` of the scanner. */
export function resultSlotsModule(): string {
  const source = readFileSync(join(FOLDER, 'assembly', 'results.ts'), 'utf8');
  const slots = ['Int', 'Float'].flatMap((name) => {
    const body = new RegExp(`enum ${name} \\{([^}]*)\\}`, 'u').exec(source)?.[1] ?? '';
    const members = body.split(',').map((member) => member.trim());
    return members.filter(Boolean).map((member, slot) => {
      const constant = member.replaceAll(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
      return `export const ${constant} = ${String(slot)};`;
    });
  });
  return [
    '// Slot numbers of scanner results, made by `npm run scanner` from `assembly/results.ts`.',
    ...slots,
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(FOLDER, 'scanner-bytes.ts'), scannerModule());
  writeFileSync(join(FOLDER, 'result-slots.ts'), resultSlotsModule());
}
