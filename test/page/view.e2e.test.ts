// The page of a run that goes on, in a browser: it grows with the log, and keeps what is open.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { viewRuns } from '../../src/cli/view/view-runs.ts';
import { Interruption } from '../../src/run/interruption.ts';
import { closeBrowser, openPage } from '../support/browser.ts';
import { LiveLog } from '../support/live-log.ts';
import { recordingTerminal } from '../support/recording-terminal.ts';
import { runId } from '../support/run-builder.ts';
import { pageFolder, type PageFolder } from './page-file.ts';

const HOSTILE = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">\u202E';

let files: PageFolder;
let log: LiveLog;
let address: string;
let ended: Promise<number>;
const stop = new AbortController();

beforeAll(async () => {
  files = pageFolder();
  log = new LiveLog(join(files.folder, 'live.ndjson'), runId(90), (run) =>
    run
      .workflow(['read', HOSTILE, 'last'], (inside) =>
        inside
          .node('read')
          .node(HOSTILE, { fails: HOSTILE }, (node) => node.warned(HOSTILE, HOSTILE))
          .node('last', { fails: HOSTILE }),
      )
      .ended('failed'),
  );
  log.write(({ type }) => type === 'node.completed');
  const caller = { signal: stop.signal, runStarted: () => undefined };
  address = await new Promise<string>((resolve, reject) => {
    const terminal = {
      ...recordingTerminal(),
      caller,
      out: (text: string) => {
        resolve(text.trim());
      },
    };
    ended = viewRuns({ reference: files.folder, logs: () => [] }, { timeZone: 'UTC' }, terminal);
    ended.catch(reject);
  });
});

afterAll(async () => {
  stop.abort(new Interruption('SIGINT'));
  expect(await ended).toBe(130);
  await closeBrowser();
  files.remove();
});

test('rows appear as the log grows, what is open stays open, and hostile texts stay texts', async () => {
  const { page, complaints } = await openPage(`${address}runs/${log.run}.html`);
  expect(await page.locator('.connection').innerText()).toBe('● live');
  expect(await page.locator('.row').count()).toBe(3);
  await page.locator('.row', { hasText: 'read' }).click();
  await page.getByRole('tab', { name: 'Events' }).click();
  log.write(({ type }) => type === 'node.failed');
  await page.locator('.type', { hasText: 'node.failed' }).waitFor();
  expect(await page.locator('.node-panel h2').innerText()).toBe('read');
  expect(await page.getByRole('tab', { name: 'Events' }).getAttribute('aria-selected')).toBe('true');
  // The slider was at the last event, and stays there.
  expect(await page.locator('.scrubber output').innerText()).toContain('the last event');
  log.write();
  await page.locator('.connection').waitFor({ state: 'detached' });
  expect(await page.locator('h1 .title').innerText()).toContain('failed');
  await page.getByRole('tab', { name: 'Timeline' }).click();
  expect(await page.locator('.row').count()).toBe(3);
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  await page.goto(address);
  expect(await page.locator('.run').innerText()).toContain('<img src=x onerror');
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  const requests = complaints.map((text) => text.replace(/since=\w+/u, 'since='));
  expect(requests).toEqual([
    `request: ${address}runs/${log.run}.events?since=`,
    `request: ${address}`,
    `request: ${address}events?since=`,
  ]);
});
