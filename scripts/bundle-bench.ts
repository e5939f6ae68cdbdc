// Bundles the benchmarks as the program is bundled: what is measured is what is shipped, not what a loader makes of
// the sources. They are run from the root of the project.
import { build } from 'esbuild';
import { BUNDLE } from './bundle-options.ts';

await build({ ...BUNDLE, entryPoints: { run: 'bench/run.ts' }, outdir: 'dist/bench', splitting: false });
