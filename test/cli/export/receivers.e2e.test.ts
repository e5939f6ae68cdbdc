// Exports are read by the programs that they are for: the trace engine of Chrome's DevTools, and speedscope.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportRuns } from '../../../src/cli/export/export-runs.ts';
import { requireTool } from '../../support/require-tool.ts';
import { ROOT } from '../../support/root.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { writeNight, type Night } from '../runs/night.ts';

let night: Night;
let browser: Browser;
const root = mkdtempSync(join(tmpdir(), 'pflow-receivers-'));

beforeAll(async () => {
  requireTool('chromium');
  night = writeNight(join(root, 'runs'));
  // Root has no sandbox of its own in a container.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser.close();
  rmSync(root, { recursive: true });
});

async function exported(to: 'chrome' | 'speedscope', runs: readonly string[]): Promise<string> {
  const terminal = recordingTerminal();
  await exportRuns(runs, () => [night.folder], { to }, terminal);
  return terminal.printed.out;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
}

interface ParsedTrace {
  readonly data: {
    readonly Meta: { readonly traceBounds: { readonly min: number; readonly range: number } };
  };
  readonly traceEvents: readonly TraceEvent[];
}

interface TraceEngine {
  readonly TraceModel: {
    readonly Model: {
      createWithAllHandlers(): {
        parse(events: readonly unknown[]): Promise<void>;
        parsedTrace(): ParsedTrace | null;
      };
    };
  };
}

/** Its types are those of a browser. */
const ENGINE: string = '@paulirish/trace_engine';

async function parseTrace(events: readonly unknown[]): Promise<ParsedTrace | null> {
  const { TraceModel } = (await import(ENGINE)) as TraceEngine;
  const model = TraceModel.Model.createWithAllHandlers();
  await model.parse(events);
  return model.parsedTrace();
}

test('the trace engine of Chrome reads a trace, with all of its events and its bounds', async () => {
  const { traceEvents } = JSON.parse(await exported('chrome', [night.failed])) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const parsed = await parseTrace(traceEvents);
  const spans = traceEvents.filter(({ ph }) => ph === 'X');
  expect(spans.length).toBeGreaterThan(5);
  expect(parsed?.traceEvents.filter(({ ph }) => ph === 'X')).toEqual(spans);
  // The engine ignores events at 0.
  const timed = spans.filter(({ ts }) => ts > 0);
  const [from, to] = [
    Math.min(...timed.map(({ ts }) => ts)),
    Math.max(...timed.map(({ ts, dur = 0 }) => ts + dur)),
  ];
  expect(parsed?.data.Meta.traceBounds).toMatchObject({ min: from, range: to - from });
  await expect(parseTrace([{ ph: 'X', pid: 1, tid: 1, ts: 1 }])).rejects.toThrow();
});

/** What speedscope shows of a profile, and what it logs. */
async function openInSpeedscope(profile: string): Promise<{ readonly text: string; readonly log: string }> {
  const page = await browser.newPage();
  const messages: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  // As its own command line does: a page from a file may load a script, and no other file.
  const loader = join(root, 'load.js');
  const content = [
    JSON.stringify('run.speedscope.json'),
    JSON.stringify(Buffer.from(profile).toString('base64')),
  ];
  writeFileSync(loader, `speedscope.loadFileFromBase64(${content.join(', ')});`);
  const index = join(ROOT, 'node_modules/speedscope/dist/release/index.html');
  await page.goto(`${pathToFileURL(index).href}#localProfilePath=${loader}`);
  await page.waitForFunction('/Time Order|Something went wrong/.test(document.body.innerText)');
  const text = await page.locator('body').innerText();
  await page.close();
  return { text, log: messages.join('\n') };
}

test('speedscope opens a profile, and refuses one that does not close what it opens', async () => {
  const profile = await exported('speedscope', [night.failed]);
  const { text, log } = await openInSpeedscope(profile);
  expect(text).toContain('Time Order');
  expect(text).toContain('import');
  expect(log).not.toMatch(/error/iu);
  const parsed = JSON.parse(profile) as { profiles: { events: unknown[] }[] };
  parsed.profiles[0]?.events.reverse();
  expect((await openInSpeedscope(JSON.stringify(parsed))).text).toContain('Something went wrong');
});
