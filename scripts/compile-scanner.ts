// `npm run scanner`: compiles the scanner of log lines to WebAssembly and keeps it as text in the sources, so that nobody
// who builds or installs pflow needs the compiler.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';

const FOLDER = join(import.meta.dirname, '..', 'src', 'log', 'scanner');

/** The module that holds the compiled scanner. */
export async function scannerModule(): Promise<string> {
  let bytes: Uint8Array | undefined;
  let said = '';
  const { error } = await main(
    [
      'scan.ts',
      '--baseDir',
      join(FOLDER, 'assembly'),
      '--outFile',
      'scan.wasm',
      '--runtime',
      'stub',
      '-O3',
      '--noAssert',
      '--enable',
      'simd',
    ],
    {
      stderr: {
        write: (text: string) => {
          said += text;
        },
      },
      writeFile: (name, contents) => {
        if (name === 'scan.wasm') bytes = contents as Uint8Array;
      },
    },
  );
  if (error !== null || bytes === undefined) throw new Error(`the scanner does not compile:\n${said}`);
  return [
    '// The compiled `assembly/scan.ts`, made by `npm run scanner`.',
    `export const SCANNER_BYTES = '${Buffer.from(bytes).toString('base64')}';`,
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(FOLDER, 'scanner-bytes.ts'), await scannerModule());
}
