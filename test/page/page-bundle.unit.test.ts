// The script of pages is reproducible, small, and free of what its policy forbids.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundlePage } from '../../scripts/page-bundle.ts';
import { ROOT } from '../support/root.ts';
import { pageFolder } from './page-file.ts';
import { RunBuilder, runId } from '../support/run-builder.ts';

const built = (name: string): string => readFileSync(join(ROOT, 'dist/page', name), 'utf8');

test('building the page again gives the same bytes', async () => {
  const { script, styles } = await bundlePage();
  expect(script === built('run-page.js')).toBe(true);
  expect(styles === built('run-page.css')).toBe(true);
});

test('script and styles have at most 120 KB, compressed', () => {
  const size = gzipSync(built('run-page.js') + built('run-page.css'), { level: 9 }).length;
  expect(size).toBeGreaterThan(10_000);
  expect(size).toBeLessThanOrEqual(120 * 1024);
});

test('the script requests nothing and stores nothing', () => {
  const script = built('run-page.js');
  for (const name of [
    'XMLHttpRequest',
    'localStorage',
    'sessionStorage',
    'indexedDB',
    'WebSocket',
    'serviceWorker',
  ]) {
    expect(script).not.toContain(name);
  }
  expect(script).not.toMatch(/\bfetch\(|<\/script/u);
});

test('the page of a run with 300 nodes has at most 1.5 MB', async () => {
  const files = pageFolder();
  const nodes = Array.from({ length: 300 }, (_, index) => `node-${String(index)}`);
  const run = new RunBuilder(runId(90)).started().workflow(nodes, (inside) => {
    for (const node of nodes) {
      const words = Array.from({ length: 300 }, (_, index) => `${node} ${String(index * 7919)}`).join(' ');
      inside.node(node, {}, (one) => one.call({ prompt: words, response: words }));
    }
  });
  const page = await files.report(files.writeLog('nodes.ndjson', run.ended('success').events));
  expect(readFileSync(page).length).toBeLessThanOrEqual(1.5 * 1024 * 1024);
  files.remove();
});
