// Compiles the library, and bundles the program into `dist/bin`: a command opens a few chunks instead of hundreds of
// small files, and code that only some commands need has its own chunk. The library in `dist/src` and
// `dist/projections` is compiler output.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { schemaDocument } from '../src/cli/schema/schema-documents.ts';
import { SCHEMA_NAMES } from '../src/cli/schema/schema-names.ts';
import { BUNDLE } from './bundle-options.ts';
import { bundleSpend, otherBundlePlugin, ownVersionPlugin } from './command-bundle.ts';
import { COMPILE } from './compiler.ts';
import { extraImportsPlugin, groupChunks } from './group-chunks.ts';
import { bundlePage } from './page-bundle.ts';

const [compiler, ...options] = COMPILE;
const { status } = spawnSync(process.execPath, [compiler, ...options], { stdio: 'inherit' });
if (status !== 0) process.exit(1);

rmSync('dist/bin', { recursive: true, force: true });
const program = {
  ...BUNDLE,
  entryPoints: { pflow: 'dist/src/cli/main.js' },
  outdir: 'dist/bin',
  chunkNames: 'chunks/[name]-[hash]',
};
const plugins = [ownVersionPlugin, otherBundlePlugin];
const { metafile } = await build({ ...program, plugins, metafile: true, write: false });
await build({ ...program, plugins: [...plugins, extraImportsPlugin(groupChunks(metafile))] });
await bundleSpend('dist/bin/chunks');
// A thread starts at its own file and shares no chunk: loading one file takes half as long as loading forty.
await build({
  ...BUNDLE,
  splitting: false,
  entryPoints: { 'replay-worker': 'dist/src/replay/worker.js' },
  outdir: 'dist/bin',
});
chmodSync('dist/bin/pflow.js', 0o755);
// `pflow report` puts these into every page.
const { script, styles } = await bundlePage();
mkdirSync('dist/page', { recursive: true });
writeFileSync('dist/page/run-page.js', script);
writeFileSync('dist/page/run-page.css', styles);
mkdirSync('dist/projections/pricing/books', { recursive: true });
for (const data of ['books/catalogue.json', 'rules.json']) {
  copyFileSync(`projections/pricing/${data}`, `dist/projections/pricing/${data}`);
}
await writeSchemas('schemas');
removeStaleOutput('src');
removeStaleOutput('projections');

/** Writes the JSON Schemas of the built-in types, whatever the settings of the user. */
async function writeSchemas(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const env = { PFLOW_HOME: join('dist', 'no-home') };
  for (const name of SCHEMA_NAMES) {
    const schema = await schemaDocument(name, { nodes: [], cwd: '.', env });
    writeFileSync(join(folder, `${name}.schema.json`), `${JSON.stringify(schema, undefined, 2)}\n`);
  }
}

/** Removes output whose source was moved or deleted: the compiler leaves it, and the package would ship it. */
function removeStaleOutput(folder: string): void {
  for (const entry of readdirSync(join('dist', folder), { recursive: true, withFileTypes: true })) {
    const output = join(entry.parentPath, entry.name);
    const source = relative('dist', output).replace(/\.d\.ts$|\.js$/u, '.ts');
    if (entry.isFile() && !existsSync(source) && !existsSync(`${source}x`)) rmSync(output);
  }
}
