// Measures the page of a run of 10,000 events: making it, opening it, and steps of its slider, in headless Chromium.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type Page } from 'playwright-core';
import { encodeLine } from '../src/log/write/line-encoder.ts';
import { RunBuilder } from '../test/support/run-builder.ts';
import type { Figure } from './figures.ts';
import { median, processMilliseconds } from './measure.ts';

const PROGRAM = 'dist/bin/pflow.js';
const CHROMIUM = '/usr/bin/chromium';
const ROUNDS = 7;

export async function runPageFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const large = writeLog(join(folder, 'large.ndjson'), 2_000);
    const page = join(folder, 'large.html');
    const report = [PROGRAM, 'report', large, '-o', page];
    const made = median(repeat(() => processMilliseconds(report)));
    const small = join(folder, 'small.html');
    processMilliseconds([PROGRAM, 'report', writeLog(join(folder, 'small.ndjson'), 300), '-o', small]);
    return [
      atMost('page of 10,000 events: `pflow report`, whole process', made, 1_000),
      ...(await openingFigures(browser, page)),
      ...(await sliderFigures(browser, page)),
      ...(await scrollFigures(browser, page)),
      sizeFigure('page of 300 nodes with a model call each', statSync(small).size, 1.5 * 1024),
      sizeFigure('script and styles of a page, compressed', templateSize(), 120),
    ];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

/** Five events a node. */
function writeLog(path: string, count: number): string {
  const nodes = Array.from({ length: count }, (_, index) => `node-${String(index)}`);
  const run = new RunBuilder().started().workflow(nodes, (inside) => {
    for (const node of nodes) {
      const words = `${node} ${'words of a prompt '.repeat(12)}`;
      inside.node(node, { type: 'llm', ms: 30 }, (one) =>
        one
          .call({ prompt: words, duration_ms: 20 })
          .changed({ op: 'add', path: [node], value: { response: words } }),
      );
    }
  });
  writeFileSync(path, Buffer.concat(run.ended('success').events.map(encodeLine)));
  return path;
}

function repeat(measure: () => number): number[] {
  return Array.from({ length: ROUNDS }, measure);
}

async function openPage(browser: Browser, path: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('html[data-ready]');
  return page;
}

/** Since the start of the navigation. The first paint has the timeline already. */
async function openingFigures(browser: Browser, path: string): Promise<Figure[]> {
  const painted: number[] = [];
  const drawn: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await openPage(browser, path);
    const [first, ready] = await page.evaluate<[number, number]>(TIMES);
    painted.push(first);
    drawn.push(ready);
    await page.close();
  }
  return [
    atMost('page of 10,000 events: opened, to the first paint of the timeline', median(painted), 1_000),
    atMost('page of 10,000 events: opened, to the timeline drawn by its script', median(drawn), 1_000),
  ];
}

const TIMES = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done([
  performance.getEntriesByName('first-contentful-paint')[0].startTime,
  performance.now(),
]))))`;

/** Moves the slider in one frame; resolves to the time that frame worked, layout included. */
const STEP = `async (to) => {
  const slider = document.querySelector('.scrubber input');
  let start = 0;
  requestAnimationFrame(() => { start = performance.now(); });
  slider.value = String(to);
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  return new Promise((done) => requestAnimationFrame(() => {
    document.body.getBoundingClientRect();
    done(performance.now() - start);
  }));
}`;

const STARTS = [1_000, 3_000, 5_000, 7_000, 9_000];

async function sliderFigures(browser: Browser, path: string): Promise<Figure[]> {
  const page = await openPage(browser, path);
  const step = (to: number): Promise<number> => page.evaluate<number>(`(${STEP})(${String(to)})`);
  const stepsBy = async (by: number): Promise<number> => {
    const taken: number[] = [];
    for (const start of STARTS) {
      await step(start);
      for (let count = 1; count <= 5; count += 1) taken.push(await step(start + count * by));
    }
    return median(taken);
  };
  const [one, many, back] = [await stepsBy(1), await stepsBy(20), await stepsBy(-20)];
  return [
    atMost('page of 10,000 events: slider, one event on', one, 50),
    atMost('page of 10,000 events: slider, 20 events on', many, 50),
    atMost('page of 10,000 events: slider, 20 events back', back, 50),
  ];
}

/** Scrolls a list; resolves to the time that the frame worked, layout included. */
const SCROLL = `async (by) => {
  const list = document.querySelector('.virtual');
  let start = 0;
  addEventListener('scroll', () => { start = performance.now(); }, { capture: true, once: true });
  list.scrollTop += by;
  return new Promise((done) => requestAnimationFrame(() => {
    document.body.getBoundingClientRect();
    done(start === 0 ? NaN : performance.now() - start);
  }));
}`;

/** Scrolls by turns of a wheel, screens and jumps, in both lists. */
async function scrollFigures(browser: Browser, path: string): Promise<Figure[]> {
  const page = await openPage(browser, path);
  const worst = async (): Promise<number> => {
    const taken: number[] = [];
    for (const by of [100, 800, 20_000, -100, -800, -9_000]) {
      const steps: number[] = [];
      for (let step = 0; step < 5; step += 1) {
        steps.push(await page.evaluate<number>(`(${SCROLL})(${String(step % 2 === 0 ? by : by / 2)})`));
      }
      taken.push(median(steps));
    }
    return Math.max(...taken);
  };
  const timeline = await worst();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.waitForSelector('.virtual[aria-label="Events"]');
  return [
    atMost('page of 10,000 events: a step of scrolling the timeline', timeline, 50),
    atMost('page of 10,000 events: a step of scrolling the events', await worst(), 50),
  ];
}

function atMost(what: string, taken: number, most: number): Figure {
  return {
    what,
    target: `≤ ${String(most)} ms`,
    measured: `${taken.toFixed(taken < 100 ? 1 : 0)} ms`,
    reached: taken <= most,
  };
}

function templateSize(): number {
  const bytes = ['run-page.js', 'run-page.css'].map((name) => readFileSync(join('dist/page', name)));
  return gzipSync(Buffer.concat(bytes), { level: 9 }).length;
}

/** `most` in KB. */
function sizeFigure(what: string, bytes: number, most: number): Figure {
  const size = bytes / 1024;
  return {
    what,
    target: `≤ ${most.toFixed(0)} KB`,
    measured: `${size.toFixed(0)} KB`,
    reached: size <= most,
  };
}
