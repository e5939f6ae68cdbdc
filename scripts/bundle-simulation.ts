// Bundles the simulator with the options of the program: it tries the shipped form, not the output of a loader.
import { build } from 'esbuild';
import { BUNDLE } from './bundle-options.ts';

await build({
  ...BUNDLE,
  entryPoints: [{ in: 'scripts/simulate.ts', out: 'simulate' }],
  outdir: 'dist/simulation',
  splitting: true,
  external: [...BUNDLE.external, 'vitest'],
});
