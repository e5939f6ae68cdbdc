// A page holds its log: every command that reads logs takes a page, and gets the lines byte for byte.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLogs } from '../../src/replay/find-logs.ts';
import { readLogContent } from '../../src/log/read/log-content.ts';
import { readLog } from '../../src/log/read/read-log.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { RunBuilder, runId } from '../support/run-builder.ts';
import { factsIn, pageFolder, type PageFolder } from './page-file.ts';

let files: PageFolder;

beforeAll(() => {
  files = pageFolder();
});

afterAll(() => {
  files.remove();
});

function someRun(number: number): readonly LogEvent[] {
  return new RunBuilder(runId(number))
    .started()
    .workflow(['ask'], (inside) =>
      inside.node('ask', {}, (node) => node.call({ prompt: 'a', response: 'ä' })),
    )
    .ended('success').events;
}

async function read(path: string): Promise<{ events: LogEvent[]; end: string }> {
  const events: LogEvent[] = [];
  const { end } = await readLog(path, { skipCorrupt: true, onEvent: (event) => events.push(event) });
  return { events, end };
}

describe('the log in a page', () => {
  test('is the log byte for byte', async () => {
    const log = files.writeLog('one.ndjson', someRun(1));
    const page = await files.report(log);
    expect((await readLogContent(page)).equals(readFileSync(log))).toBe(true);
    expect(await read(page)).toEqual(await read(log));
    expect(findLogs([page]).logs.map(({ path }) => path)).toEqual([page]);
  });

  test('of a compressed log is what it holds', async () => {
    const log = files.writeLog('packed.ndjson', someRun(2));
    writeFileSync(`${log}.gz`, gzipSync(readFileSync(log)));
    expect((await readLogContent(await files.report(`${log}.gz`))).equals(readFileSync(log))).toBe(true);
  });

  test('of a log with several runs has the lines of one', async () => {
    const log = files.writeLog('two.ndjson', someRun(3), someRun(4));
    const { events } = await read(await files.report(runId(3), [log]));
    expect(events).toEqual(someRun(3));
  });

  test('with a torn tail keeps it, and the page reports it', async () => {
    const log = files.writeLog('torn.ndjson', someRun(5));
    appendFileSync(log, '{"type":"node.st');
    const page = await files.report(log);
    expect((await readLogContent(page)).equals(readFileSync(log))).toBe(true);
    expect(factsIn(page).log.state).toBe('torn');
  });

  test('with a damaged line keeps it, and the page has the events that count beside it', async () => {
    const log = files.writeLog('damaged.ndjson', someRun(6));
    const lines = readFileSync(log, 'utf8').split('\n');
    lines[3] = (lines[3] ?? '').replace('node', 'nope');
    writeFileSync(log, lines.join('\n'));
    const page = await files.report(log);
    expect((await readLogContent(page)).equals(readFileSync(log))).toBe(true);
    expect(factsIn(page).log.state).toBe('damaged');
    expect(readFileSync(page, 'utf8')).toContain('id="pflow-events"');
  });

  test('a page can be made from a page', async () => {
    const log = files.writeLog('again.ndjson', someRun(7));
    const page = await files.report(await files.report(log));
    expect((await readLogContent(page)).equals(readFileSync(log))).toBe(true);
  });

  test('a page that was cut is a log that was cut', async () => {
    const words = Array.from({ length: 20_000 }, (_, index) => String(index * 7_919)).join(' ');
    const run = new RunBuilder(runId(8)).started().warned('W', 'first').warned('W', words);
    const page = await files.report(files.writeLog('cut.ndjson', run.events));
    const text = readFileSync(page, 'utf8');
    const start = text.indexOf('id="pflow-log">') + 'id="pflow-log">'.length;
    writeFileSync(page, text.slice(0, start + 10_000));
    const { end, events } = await read(page);
    expect([end, events.length]).toEqual(['torn', 2]);
  });
});
