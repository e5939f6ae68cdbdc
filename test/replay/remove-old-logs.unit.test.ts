// `log_keep_days` removes whole logs of finished runs that are older, and nothing else.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { removeOldLogs } from '../../src/replay/remove-old-logs.ts';
import { bytesOf } from '../log/log-bytes-of.ts';
import { temporaryFolder } from '../support/cli.ts';
import { buildRun, runId } from '../support/run-builder.ts';
import { ECHO, workbench } from '../support/workbench.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const DAY_MS = 86_400_000;

function ended(number: number): Buffer {
  return bytesOf(buildRun(runId(number)).started().ended('failed').events);
}

test('old logs whose runs have all ended go; every other file stays', async () => {
  const folder = temporaryFolder();
  const write = (name: string, bytes: Buffer | string, days: number): void => {
    const at = new Date(NOW - days * DAY_MS);
    writeFileSync(join(folder, name), bytes);
    utimesSync(join(folder, name), at, at);
  };
  const open = bytesOf(buildRun(runId(9)).started().events);
  write('old.ndjson', ended(1), 8);
  write('old.ndjson.gz', gzipSync(ended(2)), 8);
  write('several.ndjson', Buffer.concat([ended(3), ended(4)]), 8);
  write('young.ndjson', ended(5), 6);
  write('open.ndjson', open, 8);
  write('one-open.ndjson', Buffer.concat([ended(6), open]), 8);
  write('torn.ndjson', ended(7).subarray(0, -5), 8);
  write('damaged.ndjson', ended(8).toString().replace('"failed"', '"fail"'), 8);
  write('empty.ndjson', '', 8);
  write('notes.txt', ended(1), 8);
  mkdirSync(join(folder, 'folder.ndjson'));
  const target = join(temporaryFolder(), 'elsewhere.ndjson');
  writeFileSync(target, ended(1));
  symlinkSync(target, join(folder, 'link.ndjson'));
  const before = readdirSync(folder);
  const removed = await removeOldLogs(folder, 7, NOW);
  const names = ['old.ndjson', 'old.ndjson.gz', 'several.ndjson'];
  expect(removed).toEqual(names.map((name) => join(folder, name)));
  expect(readdirSync(folder)).toEqual(before.filter((name) => !names.includes(name)));
  expect(existsSync(target)).toBe(true);
  expect(await removeOldLogs(join(folder, 'nothing'), 7, NOW)).toEqual([]);
});

test('a run removes the old logs of the folder of the settings, and prints which', async () => {
  const bench = workbench();
  const folder = bench.path('kept');
  mkdirSync(folder);
  bench.write('echo.json', ECHO);
  for (const [name, value] of [
    ['log_dir', folder],
    ['log_keep_days', '7'],
  ] as const)
    expect((await bench.run(['settings', 'set', name, value])).code).toBe(0);
  const old = join(folder, 'old.ndjson');
  appendFileSync(old, ended(1));
  utimesSync(old, new Date(0), new Date(0));
  const run = await bench.run(['run', 'echo.json']);
  expect(run.code).toBe(0);
  expect(run.stderr).toContain(`note removed 1 log older than 7 days: ${old}\n`);
  // Its own log is there.
  expect(readdirSync(folder)).toHaveLength(1);
  // Another folder is not that of the setting.
  appendFileSync(old, ended(1));
  utimesSync(old, new Date(0), new Date(0));
  await bench.run(['run', 'echo.json', '--log', 'here.ndjson']);
  await bench.run(['run', 'echo.json'], { env: { PFLOW_LOG_DIR: folder } });
  expect(existsSync(old)).toBe(true);
});
