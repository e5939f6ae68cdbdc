// Bundles the benchmarks as the program is bundled: what is measured is what is shipped, not what a loader makes of
// the sources. They are run from the root of the project.
import { build } from 'esbuild';
import { BUNDLE } from './bundle-options.ts';

/** Each is a program of its own: the measuring one, the others that it measures, and those it starts. */
const PROGRAMS = [
  'run',
  'reading/peak',
  'reading/rivals/duckdb',
  'reading/rivals/json-parse',
  'reading/rivals/ndjson',
  'writing/killed',
];

await build({
  ...BUNDLE,
  entryPoints: PROGRAMS.map((name) => ({ in: `bench/${name}.ts`, out: name })),
  outdir: 'dist/bench',
  splitting: false,
  // Other people's programs are measured as they are installed.
  external: [...BUNDLE.external, '@duckdb/*', '@opentelemetry/*', 'pino'],
});
