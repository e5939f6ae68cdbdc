// Bundles the script and the styles of run pages, from compiled modules. The same sources give the same bytes.
import { build, transform } from 'esbuild';
import { readFile } from 'node:fs/promises';

export interface PageBundle {
  readonly script: string;
  readonly styles: string;
}

/** Code and styles that any browser since 2023 understands. */
const TARGET = 'es2022';

export async function bundlePage(): Promise<PageBundle> {
  const { outputFiles } = await build({
    entryPoints: ['dist/src/page/main.js'],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    legalComments: 'none',
    charset: 'utf8',
    write: false,
    logLevel: 'warning',
  });
  const styles = await transform(await readFile('src/page/page.css', 'utf8'), {
    loader: 'css',
    minify: true,
  });
  // A closing tag in a text of the script would end the element that holds it.
  const script = (outputFiles[0]?.text ?? '').replaceAll('</script', String.raw`<\/script`).trim();
  return { script, styles: styles.code.trim() };
}
