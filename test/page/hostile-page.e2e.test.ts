// Texts of a log stay texts on its page: nothing of them runs, loads or breaks the page, however long they are.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { RunBuilder, runId } from '../support/run-builder.ts';
import { pageFolder, type PageFolder } from './page-file.ts';

const HOSTILE = [
  '</script></pre><script>window.hacked = 1; alert(1)</script>',
  '<img src=x onerror="window.hacked = 2"><svg onload="window.hacked = 3">',
  '"\'><a href="javascript:window.hacked = 4">${x}',
  '<link rel=stylesheet href=http://203.0.113.1/a.css><iframe src=http://203.0.113.1/></iframe>',
  '\u001B[2J\u0007 \u202Etxt.exe\u2066 \u0000',
].join('\n');
const LONG = `long ${'0123456789'.repeat(1_000_000)}`;

let files: PageFolder;
let hostile: WatchedPage;
let page: Page;

beforeAll(async () => {
  files = pageFolder();
  const run = new RunBuilder(runId(80))
    .started({
      workflow: { name: HOSTILE, hash: HOSTILE },
      tags: { [HOSTILE]: HOSTILE },
      inputs: { [HOSTILE]: HOSTILE },
      workflow_path: HOSTILE,
      pflow: HOSTILE,
    })
    .changed({ op: 'add', path: [HOSTILE], value: { [HOSTILE]: HOSTILE } })
    .workflow([HOSTILE, 'other'], (inside) =>
      inside.node(
        HOSTILE,
        { type: HOSTILE, fails: { name: HOSTILE, message: HOSTILE, code: HOSTILE } },
        (node) =>
          node
            .call({ model: HOSTILE, prompt: HOSTILE, system: HOSTILE, response: LONG })
            .resolved(HOSTILE, HOSTILE, HOSTILE)
            .changed({ op: 'add', path: ['out'], value: HOSTILE })
            .retried(1, HOSTILE)
            .warned(HOSTILE, HOSTILE),
      ),
    )
    .emit({ type: 'x.custom', data: { [HOSTILE]: HOSTILE } })
    .ended('failed');
  hostile = await openPage(await files.report(files.writeLog('hostile.ndjson', run.events)));
  page = hostile.page;
});

afterAll(async () => {
  await closeBrowser();
  files.remove();
});

test('every part of the page shows the texts, and nothing of them runs or is requested', async () => {
  expect(await page.locator('h1').innerText()).toContain('<script>window.hacked');
  await page.locator('.row.failed').first().click();
  await page.locator('.node-panel summary').first().click();
  expect(await page.locator('.node-panel').innerText()).toContain('onerror="window.hacked = 2"');
  for (const tab of ['Cost', 'Events', 'Store', 'Graph']) {
    await page.getByRole('tab', { name: tab }).click();
    expect(await page.locator('.panel:not([hidden])').innerText()).not.toBe('');
  }
  expect(await page.evaluate('window.hacked')).toBeUndefined();
  expect(await page.locator('iframe, img, link, a[href]').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(4);
  expect(hostile.complaints).toEqual([]);
});

test('control and direction characters are shown as their code points', async () => {
  const text = await page.locator('.words pre').innerText();
  expect(text).toContain(String.raw`\u{1b}[2J\u{07} \u{202e}txt.exe\u{2066}`);
  expect(/[\p{Bidi_Control}]/u.test(await page.locator('body').innerText())).toBe(false);
});

test('a text of 10 MB shows its start, and more of it on request', async () => {
  await page.getByRole('tab', { name: 'Timeline' }).click();
  const answer = page.locator('.node-panel .pair > div').nth(1);
  expect((await answer.locator('pre').innerText()).length).toBe(4_000);
  await answer.getByRole('button').click();
  await expect.poll(async () => (await answer.locator('pre').textContent())?.length).toBe(500_000);
});
