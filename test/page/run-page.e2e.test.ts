// The page of a run in a browser: it reads without a script, computes what the command line computes, and sends
// nothing.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import { loadPricing } from '../../src/home/prices/pricing.ts';
import { writeNight, type Night } from '../cli/runs/night.ts';
import { closeBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { RunBuilder, runId } from '../support/run-builder.ts';
import { pageFolder, type PageFolder } from './page-file.ts';

let files: PageFolder;
let night: Night;
let failed: string;
/** The page of the failed run. Opening a page takes longer than any test, so all of them use this one. */
let shared: WatchedPage;
let page: Page;

beforeAll(async () => {
  files = pageFolder();
  night = writeNight(files.path('runs'));
  failed = await files.report(night.failed, [night.folder]);
  shared = await openPage(failed);
  page = shared.page;
});

/** Back to the first screen. */
beforeEach(async () => {
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('slider').fill('17');
  await page.getByRole('tab', { name: 'Timeline' }).click();
});

afterAll(async () => {
  await closeBrowser();
  files.remove();
});

describe('without a script', () => {
  let plain: Page;

  beforeAll(async () => {
    ({ page: plain } = await openPage(failed, { javaScriptEnabled: false }));
  });

  test('the first screen has the verdict, the figures, the command that goes on and the waterfall', async () => {
    expect(await plain.locator('h1 .title').innerText()).toBe('import failed in post, attempt 3 of 3');
    expect(await plain.locator('h1 .reason').innerText()).toBe(
      'POST http://h/hook answered 500: database is down',
    );
    expect(await plain.locator('.facts').innerText()).toContain(night.failed);
    expect(await plain.locator('.figure .value').allInnerTexts()).toEqual([
      '$0.010500',
      '$0',
      '2.70 s',
      '2 of 3',
    ]);
    expect(await plain.locator('.command code').first().innerText()).toBe(
      `pflow resume ${files.path('runs/run-31.ndjson')}`,
    );
    expect(await plain.locator('.command').first().innerText()).toContain('saves $0.010500');
    expect(await plain.locator('.row .label').allInnerTexts()).toEqual([
      'ask',
      'claude-sonnet-4-0',
      'post',
      'never',
    ]);
    expect(await plain.locator('.row.idle').innerText()).toContain('did not run');
  });

  test('a script draws the same first screen', async () => {
    for (const part of ['h1', '.facts', '.figures', '.words']) {
      expect(await page.locator(part).innerText()).toBe(await plain.locator(part).innerText());
    }
    expect(shared.complaints).toEqual([]);
  });
});

describe('a node', () => {
  test('opens with a click: error, attempts, params with their templates, store; Escape closes it', async () => {
    await page.locator('.row.failed').click();
    const panel = page.locator('.node-panel');
    const text = await panel.innerText();
    for (const part of ['answered 500', 'Attempts', 'http://h/hook', '${host}/hook', 'status_code', 'new']) {
      expect(text).toContain(part);
    }
    await page.keyboard.press('Escape');
    expect(await panel.count()).toBe(0);
    expect(shared.complaints).toEqual([]);
  });

  test('shows the prompt beside the answer, and which price it had', async () => {
    await page.locator('.row', { hasText: 'ask' }).first().click();
    const pair = page.locator('.node-panel .pair > div');
    expect(await pair.nth(0).innerText()).toContain('why?');
    expect(await pair.nth(1).innerText()).toContain('because');
    expect(await page.locator('.node-panel .cost-line').innerText()).toContain(
      'price of anthropic/claude-sonnet-4-0',
    );
  });

  test('is reached by keys alone, and the time axis zooms by keys', async () => {
    await page.locator('.row').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator('[id="row-node:post#1"]:focus').waitFor();
    await page.keyboard.press('Enter');
    expect(await page.locator('.node-panel h2').innerText()).toBe('post');
    const axis = (): Promise<string[]> => page.locator('.axis text').allTextContents();
    const whole = await axis();
    await page.keyboard.press('+');
    await expect.poll(axis).not.toEqual(whole);
    await page.keyboard.press('0');
    await expect.poll(axis).toEqual(whole);
  });

  test('rows close and open with the arrow keys', async () => {
    const rows = page.locator('.row');
    await rows.first().focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => rows.count()).toBe(3);
    expect(await rows.first().getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => rows.count()).toBe(4);
  });
});

describe('tabs', () => {
  test('the slider shows the run as it was: rows, cost and store', async () => {
    const slider = page.getByRole('slider');
    await slider.fill('3');
    await expect.poll(() => page.locator('.figure .value').first().innerText()).toBe('$0');
    expect(await page.locator('.row .label').first().innerText()).toBe('ask');
    expect(await page.locator('.row').first().getAttribute('class')).toContain('running');
    await page.getByRole('tab', { name: 'Store' }).click();
    expect(await page.locator('.store-view').innerText()).toContain('host');
    expect(await page.locator('.store-view').innerText()).not.toContain('post');
    await slider.fill('17');
    await expect.poll(() => page.locator('.store-view').innerText()).toContain('post');
    expect(shared.complaints).toEqual([]);
  });

  test('the slider shows verdict, advice and node panel of that moment', async () => {
    const slider = page.getByRole('slider');
    const title = page.locator('h1 .title');
    await page.locator('.row.failed').click();
    await expect.poll(() => page.locator('.node-panel').innerText()).toContain('answered 500');
    await slider.fill('3');
    await expect.poll(() => title.innerText()).toBe('import is running in ask');
    expect(await page.locator('.node-panel').innerText()).toContain('This node has not run yet.');
    expect(await page.locator('.command').count()).toBe(0);
    await page.getByRole('tab', { name: 'Graph' }).click();
    expect(await page.locator('.graph-node.running').getAttribute('aria-label')).toBe('ask, running');
    await slider.fill('17');
    await expect.poll(() => title.innerText()).toBe('import failed in post, attempt 3 of 3');
    expect(await page.locator('.node-panel').innerText()).toContain('answered 500');
    expect(shared.complaints).toEqual([]);
  });

  test('cost prices all calls as another model, to the last digit of the command line', async () => {
    await page.getByRole('tab', { name: 'Cost' }).click();
    const model = 'anthropic/claude-3-haiku';
    await page.getByLabel('Price all calls as').fill(model);
    const pricing = loadPricing({ asModel: model });
    const { events } = new RunBuilder(runId(1)).started().call();
    const expected = project(createCost({ pricing }), events).total_cost_usd;
    expect(await page.locator('.what-if').innerText()).toBe(`$${expected}, 8 % of $0.0105`);
    await page.getByLabel('Price all calls as').fill('no/such-model');
    expect(await page.locator('.what-if').innerText()).toContain('no price is known for no/such-model');
    expect(shared.complaints).toEqual([]);
  });

  test('search finds events by any text in them, and a type narrows them', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('Database is DOWN');
    await expect.poll(() => page.locator('.tools [role=status]').innerText()).toBe('4 events of 18');
    await page.getByLabel('Type').selectOption('node.failed');
    expect(await page.locator('.event-row .type').allInnerTexts()).toEqual(['node.failed']);
    await page.locator('.event-row').click();
    expect(await page.locator('.event pre').innerText()).toContain('"duration_ms": 1000');
  });

  test('the graph has the way taken, and the nodes that did not run', async () => {
    await page.getByRole('tab', { name: 'Graph' }).click();
    const names = await page
      .locator('.graph-node')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label')));
    expect(names).toEqual(['ask, completed', 'post, failed', 'never, did not run']);
    expect(await page.locator('.edge.taken').count()).toBe(1);
    await page.getByRole('button', { name: 'post, failed' }).press('Enter');
    expect(await page.locator('.node-panel h2').innerText()).toBe('post');
  });

  test('arrow keys move among tabs', async () => {
    await page.getByRole('tab', { name: 'Timeline' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { name: 'Cost' }).getAttribute('aria-selected')).toBe('true');
  });
});

test('a run of 10,000 events draws only the rows on the screen', async () => {
  const nodes = Array.from({ length: 2_400 }, (_, index) => `node-${String(index)}`);
  const run = new RunBuilder(runId(70)).started().workflow(nodes, (inside) => {
    for (const node of nodes) {
      inside.node(node, {}, (one) =>
        one.changed({ op: 'add', path: [node], value: { text: 'x'.repeat(50) } }).warned('W', 'a warning'),
      );
    }
  });
  const log = files.writeLog('large.ndjson', run.ended('success').events);
  const { page: large, complaints } = await openPage(await files.report(log));
  expect(await large.locator('.row').count()).toBeLessThan(100);
  await large.locator('.row').first().focus();
  await large.keyboard.press('End');
  await expect.poll(() => large.locator('.row .label').last().innerText()).toBe('node-2399');
  await large.getByRole('tab', { name: 'Events' }).click();
  expect(await large.locator('.tools [role=status]').innerText()).toBe('9,604 events');
  expect(await large.locator('.event-row').count()).toBeLessThan(100);
  expect(complaints).toEqual([]);
});

test('it fits 380 pixels, and dark colours are dark', async () => {
  const { page: narrow } = await openPage(failed, {
    viewport: { width: 380, height: 800 },
    colorScheme: 'dark',
  });
  expect(await narrow.evaluate('document.documentElement.scrollWidth')).toBe(380);
  expect(await narrow.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(19, 21, 24)');
  await narrow.getByRole('button', { name: 'Use light colours' }).click();
  expect(await narrow.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(247, 247, 245)');
});
