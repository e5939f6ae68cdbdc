// Writes docs/images/run-page.png: the page of a failed run in headless Chromium, as the README shows it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { encodeLine } from '../src/log/write/line-encoder.ts';
import { closeBrowser, openPage } from '../test/support/browser.ts';
import { RunBuilder } from '../test/support/run-builder.ts';

const FOLDER = 'docs/images';
const LOG = 'weekly-report.ndjson';
const MODEL = 'anthropic/claude-sonnet-4-0';
const NODES = ['fetch-issues', 'summarise', 'draft', 'post', 'archive'];
const ERROR = 'POST http://hooks.internal/notify answered 500: database is down';

const folder = mkdtempSync(join(tmpdir(), 'pflow-picture-'));
const page = join(folder, 'run.html');
writeFileSync(join(folder, LOG), Buffer.concat(failedRun().events.map(encodeLine)));
// The page names the log as the command did.
execFileSync(
  process.execPath,
  [resolve('dist/bin/pflow.js'), 'report', LOG, '-o', page, '--time-zone', 'UTC'],
  { cwd: folder },
);
const opened = await openPage(page, { viewport: { width: 1280, height: 940 } });
mkdirSync(FOLDER, { recursive: true });
await opened.page.screenshot({ path: join(FOLDER, 'run-page.png') });
await closeBrowser();
rmSync(folder, { recursive: true });

function failedRun(): RunBuilder {
  const name = 'weekly-report';
  const ir = { nodes: NODES.map((id) => ({ id })) };
  const run = new RunBuilder().started({ workflow: { name, hash: 'f00d' }, tags: { team: 'billing' }, ir });
  run.emit({ type: 'workflow.started', data: { name, hash: 'f00d', nodes: NODES } });
  run.node('fetch-issues', { type: 'http', ms: 640 });
  run.node('summarise', { type: 'llm' }, (node) => {
    for (let item = 0; item < 3; item += 1)
      node.node('summarise', { type: 'llm', item }, (one) => {
        call(one, item + 1, 520 + 170 * item);
      });
  });
  run.node('draft', { type: 'llm' }, (node) => {
    call(node, 4, 2_300);
  });
  run.node(
    'post',
    { type: 'http', ms: 310, fails: { name: 'Error', message: ERROR, code: 'NODE_FAILED' } },
    (node) => {
      for (const attempt of [1, 2]) {
        const data = { error: { name: 'Error', message: ERROR }, wait_ms: attempt * 1_000 };
        node
          .after(310)
          .emit({ type: 'node.retried', attempt, data })
          .after(attempt * 1_000);
      }
    },
  );
  return run.ended('failed');
}

function call(node: RunBuilder, number: number, duration_ms: number): void {
  const usage = { input_tokens: 900 + 410 * number, output_tokens: 80 + 90 * number };
  node
    .emit({
      type: 'llm.prompted',
      data: { call: number, model: MODEL, prompt: 'Summarise the issues of this week.' },
    })
    .after(duration_ms)
    .emit({
      type: 'llm.completed',
      data: { call: number, provider: 'anthropic', model: MODEL, usage, duration_ms },
    })
    .emit({ type: 'llm.answered', data: { call: number, response: 'Login fails on Safari.' } });
}
