// Exports collect what they need while runs are listed: each log is read once, and with the same result as twice.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { CollectedLogs } from '../../../src/cli/export/collected-logs.ts';
import { exportRuns, type ExportOptions } from '../../../src/cli/export/export-runs.ts';
import { createSpanCollector, readExportedRuns } from '../../../src/cli/export/exported-run.ts';
import type { TableRow } from '../../../src/cli/export/tables/columns.ts';
import { collectTables, readTables } from '../../../src/cli/export/tables/read-tables.ts';
import { loadPricing } from '../../../src/home/prices/pricing.ts';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { findLogs } from '../../../src/replay/find-logs.ts';
import { listRuns } from '../../../src/replay/list-runs.ts';
import { cleanEnvironment, PROGRAM } from '../../support/cli.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';
import { writeNight, type Night } from '../runs/night.ts';

const root = mkdtempSync(join(tmpdir(), 'pflow-read-once-'));
const pricing = loadPricing({});
let night: Night;

beforeAll(() => {
  night = writeNight(join(root, 'runs'));
  writeFileSync(join(night.folder, 'copies.ndjson'), bytesOf(run(1), run(1)));
  writeFileSync(join(night.folder, 'first.ndjson'), bytesOf(run(1)));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

function run(number: number): RunBuilder {
  return new RunBuilder(runId(number))
    .started()
    .workflow(['a'], (inside) => inside.node('a', { type: 'llm' }, (one) => one.call({ prompt: 'words' })))
    .ended('success');
}

function bytesOf(...runs: readonly RunBuilder[]): Buffer {
  return Buffer.concat(runs.flatMap(({ events }) => events.map(encodeLine)));
}

function write(name: string, bytes: Buffer): string {
  const path = join(root, name);
  writeFileSync(path, bytes);
  return path;
}

async function exported(path: string, options: ExportOptions): Promise<string> {
  const terminal = recordingTerminal();
  await exportRuns([path], () => [], options, terminal);
  return terminal.printed.out;
}

/** `mostBytes`: 0 reads each log again, for each of its runs. */
async function tablesOf(mostBytes?: number): Promise<readonly (readonly TableRow[])[]> {
  const tables = collectTables(pricing, mostBytes);
  const { runs } = await listRuns(findLogs([night.folder]), pricing, undefined, (log) =>
    tables.logs.readerOf(log),
  );
  const all: TableRow[][] = [];
  for await (const { rows } of readTables(runs, tables))
    all.push([...rows.runs.rows(), ...rows.nodes.rows(), ...rows.calls.rows()]);
  return all;
}

async function spansOf(mostBytes?: number): Promise<unknown> {
  const logs = new CollectedLogs(() => createSpanCollector({ pricing, withContent: true }), mostBytes);
  const { runs } = await listRuns(findLogs([night.folder]), pricing, undefined, (log) => logs.readerOf(log));
  return readExportedRuns(runs, logs);
}

describe('logs that are too large to be collected', () => {
  it('are read again, and have the same rows', async () => {
    const collected = await tablesOf();
    expect(collected.length).toBeGreaterThan(3);
    expect(await tablesOf(0)).toEqual(collected);
  });

  it('are read again, and have the same spans', async () => {
    expect(await spansOf(0)).toEqual(await spansOf());
  });
});

describe.each(['otlp', 'csv'])('%s of a pipe, which gives its bytes to the first reader', (to) => {
  it('is that of the file', async () => {
    const log = write(`piped-${to}.ndjson`, bytesOf(run(1), run(2)));
    const output = join(root, `file-${to}`);
    await exported(log, { to: to === 'otlp' ? 'otlp' : 'csv', output });
    const piped = join(root, `pipe-${to}`);
    const script = 'cat "$1" | "$2" "$3" export /dev/stdin --to "$4" -o "$5"';
    const { stderr, status } = spawnSync(
      'bash',
      ['-c', script, 'bash', log, process.execPath, PROGRAM, to, piped],
      { cwd: root, env: cleanEnvironment(root), encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const file = to === 'otlp' ? '' : 'calls.csv';
    expect(readFileSync(join(piped, file), 'utf8')).toBe(readFileSync(join(output, file), 'utf8'));
  });
});

test('a log that cannot be read to its end is refused, although some of its runs are known', async () => {
  const newer = JSON.stringify(run(2).events[0]).replace('"format":1', '"format":9');
  const log = write('newer.ndjson', Buffer.concat([bytesOf(run(1)), Buffer.from(`${newer}\n`)]));
  const { runs } = await listRuns(findLogs([log]), pricing);
  expect(runs.map(({ run: id }) => id)).toEqual([runId(1)]);
  for (const to of ['otlp', 'csv'] as const)
    await expect(exported(log, { to })).rejects.toMatchObject({ code: 'LOG_FORMAT_NEWER' });
});

test('a call of which only the prompt is known has a row', async () => {
  const lost: ReadonlySet<string> = new Set([
    ...['llm.sent', 'llm.completed', 'llm.answered', 'node.completed', 'workflow.completed', 'run.completed'],
    ...['template.resolved', 'store.changed'],
  ]);
  const begun = run(1).events.filter(({ type }) => !lost.has(type));
  const log = write('open.ndjson', Buffer.concat(begun.map(encodeLine)));
  const output = join(root, 'open');
  await exported(log, { to: 'csv', output });
  const [head = '', row = ''] = readFileSync(join(output, 'calls.csv'), 'utf8').split('\n');
  const cells = row.split(',');
  const cell = (name: string): string | undefined => cells[head.split(',').indexOf(name)];
  expect([cell('model'), cell('state'), cell('node')]).toEqual([
    'anthropic/claude-sonnet-4-0',
    'unmetered',
    'a',
  ]);
});
