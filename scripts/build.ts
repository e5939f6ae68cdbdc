// Makes `dist/bin`: the program bundled into a few chunks, because a command should not pay for opening hundreds of
// small files. What only some commands need is a chunk of its own. The library is what the compiler emits.
import { build } from 'esbuild';
import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { BUNDLE } from './bundle-options.ts';

rmSync('dist/bin', { recursive: true, force: true });
await build({
  ...BUNDLE,
  entryPoints: { pflow: 'dist/src/cli/main.js' },
  outdir: 'dist/bin',
  chunkNames: 'chunks/[name]-[hash]',
});
// A thread begins at a file of its own, and shares nothing: loading one file takes half as long as loading forty.
await build({
  ...BUNDLE,
  splitting: false,
  entryPoints: { 'replay-worker': 'dist/src/replay/worker.js' },
  outdir: 'dist/bin',
});
chmodSync('dist/bin/pflow.js', 0o755);
mkdirSync('dist/projections/pricing/books', { recursive: true });
copyFileSync('projections/pricing/books/catalogue.json', 'dist/projections/pricing/books/catalogue.json');
