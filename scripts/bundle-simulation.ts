// Bundles the simulator with the options of the program. A loader would import modules through another thread, whose
// time virtual time does not see.
import { build } from 'esbuild';
import { BUNDLE } from './bundle-options.ts';

await build({
  ...BUNDLE,
  entryPoints: [{ in: 'scripts/simulate.ts', out: 'simulate' }],
  outdir: 'dist/simulation',
  splitting: true,
  external: [...BUNDLE.external, 'vitest'],
});
