// The page over the runs of a folder: in a browser it leads to the page of each run, without a script or a request.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportRuns } from '../../src/cli/report/report-runs.ts';
import { writeNight, type Night } from '../cli/runs/night.ts';
import { closeBrowser, openPage } from '../support/browser.ts';
import { recordingTerminal } from '../support/recording-terminal.ts';
import { RunBuilder, runId } from '../support/run-builder.ts';
import { pageFolder, type PageFolder } from './page-file.ts';

let files: PageFolder;
let night: Night;

beforeAll(() => {
  files = pageFolder();
  night = writeNight(files.path('logs'));
});

afterAll(async () => {
  await closeBrowser();
  files.remove();
});

async function report(places: readonly string[], output: string, limit?: number): Promise<number> {
  const [reference = '', ...given] = places;
  const options = { output: files.path(output), timeZone: 'UTC', ...(limit === undefined ? {} : { limit }) };
  return reportRuns({ reference, given, logs: () => [] }, options, recordingTerminal());
}

test('the page lists the runs with their reasons, and a link leads to the page of one', async () => {
  expect(await report([night.folder], 'all')).toBe(0);
  const { page, complaints } = await openPage(files.path('all/index.html'), { javaScriptEnabled: false });
  expect(await page.locator('.figure .value').allInnerTexts()).toEqual(['39', '6', '$0.367500', '410 ms']);
  const runs = page.getByRole('region', { name: 'Runs', exact: true }).locator('.run');
  expect(await runs.count()).toBe(39);
  const trouble = page.getByRole('region', { name: 'Not successful' }).locator('.run');
  expect(await trouble.locator('.label').allInnerTexts()).toEqual([
    ...['nightly interrupted', 'nightly incomplete', 'torn incomplete'],
    ...['nested failed', 'batch failed', 'import failed'],
  ]);
  const failed = runs.filter({ hasText: 'import' });
  expect(await failed.innerText()).toContain('database is down');
  expect(await page.locator('.card', { hasText: 'Spend by day' }).innerText()).toContain('2026-11-29');
  expect(await page.locator('.card', { hasText: 'Models' }).innerText()).toContain('claude-sonnet-4-0');
  expect(complaints).toEqual([]);
  await failed.getByRole('link').click();
  expect(page.url()).toBe(pathToFileURL(files.path(`all/runs/${night.failed}.html`)).href);
  expect(await page.locator('h1 .title').innerText()).toBe('import failed in post, attempt 3 of 3');
});

test('the page fits 380 pixels', async () => {
  await report([night.folder], 'narrow', 1);
  const { page } = await openPage(files.path('narrow/index.html'), {
    javaScriptEnabled: false,
    viewport: { width: 380, height: 800 },
  });
  const box = await page.locator('.page').boundingBox();
  expect(box?.width).toBe(380);
  const hidden =
    "[...document.querySelectorAll('.card .scroll')].map((table) => table.scrollWidth - table.clientWidth)";
  expect(await page.evaluate(hidden)).toEqual([0, 0, 0, 0]);
  expect(await page.locator('.run a').count()).toBe(1);
  expect(await page.locator('.card', { hasText: 'Models' }).innerText()).toContain('of the latest 1 run');
});

test('hostile texts stay texts, in file names too', async () => {
  const hostile = '"><script>alert(1)</script>\u202E';
  const id = '../../outside';
  const run = new RunBuilder(id)
    .started({ workflow: { name: hostile, hash: 'f' } })
    .workflow([hostile], (inside) => inside.node(hostile, { fails: hostile }))
    .ended('failed');
  files.writeLog('logs2.ndjson', run.events);
  rmSync(files.path('hostile'), { recursive: true, force: true });
  await report([night.folder, files.path('logs2.ndjson')], 'hostile', 100);
  expect(existsSync(files.path('outside.html'))).toBe(false);
  const html = readFileSync(files.path('hostile/index.html'), 'utf8');
  expect(html).not.toContain('<script');
  expect(html).not.toContain('\u202E');
  expect(html).toMatch(/href="runs\/run-\d+\.html"/u);
});

test('a folder without a run, and --markdown of a folder, are errors that name the way out', async () => {
  await expect(report([files.path('all/runs')], 'x')).rejects.toMatchObject({ code: 'LOG_EMPTY' });
  const options = { markdown: true, timeZone: 'UTC' };
  await expect(
    reportRuns({ reference: night.folder, logs: () => [] }, options, recordingTerminal()),
  ).rejects.toMatchObject({
    code: 'USAGE',
    hint: 'Name a run of it: pflow report last FOLDER --markdown.',
  });
});

test('a damaged log is on the page, and the exit code is 1', async () => {
  const run = new RunBuilder(runId(9))
    .started()
    .workflow(['a'], (inside) => inside.node('a'))
    .ended('success');
  const log = files.writeLog('bad.ndjson', run.events, run.events);
  expect(log).toContain('bad');
  expect(await report([night.folder, log], 'damaged', 0)).toBe(1);
  expect(readFileSync(files.path('damaged/index.html'), 'utf8')).toMatch(/class="warning">[^<]*bad\.ndjson/u);
});
