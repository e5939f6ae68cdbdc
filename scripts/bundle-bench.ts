// Bundles the benchmarks with the options of the program: they measure the shipped form, not the output of a loader.
// They run from the root of the project.
import { build } from 'esbuild';
import { BUNDLE } from './bundle-options.ts';

/** The measuring program, the programs that it measures, and those that they start. */
const PROGRAMS = [
  'run',
  'reading/peak',
  'reading/rivals/duckdb',
  'reading/rivals/duckdb-parquet',
  'reading/rivals/json-parse',
  'reading/rivals/ndjson',
  'writing/killed',
];

await build({
  ...BUNDLE,
  entryPoints: PROGRAMS.map((name) => ({ in: `bench/${name}.ts`, out: name })),
  outdir: 'dist/bench',
  splitting: false,
  // Other packages are measured as they are installed.
  external: [...BUNDLE.external, '@duckdb/*', '@opentelemetry/*', 'pino', 'playwright-core'],
});
