// Bundles the program for one command into one file. Opening forty chunks takes longer than adding up what is kept of
// thousands of logs.
import { build, type Plugin } from 'esbuild';
import { join } from 'node:path';
import { BUNDLE } from './bundle-options.ts';

const FILE = 'spend-program';

/** Makes the main bundle load the program for the command from its own file. */
export const otherBundlePlugin: Plugin = {
  name: 'other-bundle',
  setup(bundle) {
    bundle.onResolve({ filter: /\/spend-program\.js$/ }, () => ({
      path: `./chunks/${FILE}.js`,
      external: true,
    }));
  },
};

/** Gives the start of the program a copy of the version: `--version` opens no file that commands share. */
export const ownVersionPlugin: Plugin = {
  name: 'own-version',
  setup(bundle) {
    bundle.onResolve({ filter: /\/version\.js$/ }, ({ path, importer, resolveDir }) =>
      importer.endsWith('/cli/main.js') ? { path: join(resolveDir, path), suffix: '?own' } : undefined,
    );
  },
};

/** Leaves out the other commands, which this program never loads. */
const oneCommandPlugin: Plugin = {
  name: 'one-command',
  setup(bundle) {
    bundle.onResolve({ filter: /\/command\.js$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && path !== './spend/command.js' ? { path, external: true } : undefined,
    );
  },
};

export async function bundleSpend(outdir: string): Promise<void> {
  await build({
    ...BUNDLE,
    splitting: false,
    entryPoints: { [FILE]: `dist/src/cli/${FILE}.js` },
    outdir,
    plugins: [oneCommandPlugin],
  });
}
