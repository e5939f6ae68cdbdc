// Runs the conformance suite on the log in a file. Also tests what only a file has.
import { appended } from './appended.ts';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PflowError } from '../../../src/errors.ts';
import { systemDisk } from '../../../src/log/write/log-disk.ts';
import type { LogDisk } from '../../../src/log/write/log-disk.ts';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { openNdjsonLog } from '../../../src/log/write/ndjson-log.ts';
import { fakeOptions } from '../fake-host.ts';
import { logFeatures } from '../log.features.ts';
import { readAll } from '../read/read-all.ts';
import { LLM_COMPLETED, STARTED, wholeRun } from '../some-drafts.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();

function creationErrorOf(target: string): PflowError {
  try {
    openNdjsonLog(target, fakeOptions());
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
  throw new Error('the log was opened');
}

/** A disk that records its calls. */
function watchedDisk(calls: string[]): LogDisk {
  return {
    ...systemDisk,
    write: (file, bytes, offset, length) => {
      calls.push('write');
      return systemDisk.write(file, bytes, offset, length);
    },
    sync: (file) => {
      calls.push('sync');
      systemDisk.sync(file);
    },
    syncFolder: (folder) => {
      calls.push('sync folder');
      systemDisk.syncFolder(folder);
    },
  };
}

describe('a log in a file', () => {
  logFeatures((options) => {
    const file = path('run.ndjson');
    const log = openNdjsonLog(file, options);
    return { log, kept: async () => (await readAll(file)).events };
  });

  it('has one line per event, and only its owner can read it', () => {
    const file = path('run.ndjson');
    const log = openNdjsonLog(file, fakeOptions());
    const events = wholeRun().map((draft) => appended(log, draft));
    expect(readFileSync(file)).toEqual(Buffer.concat(events.map(encodeLine)));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(log.state).toEqual({ path: file, complete: true, lastSeq: 7 });
  });

  it('makes one write per event and one sync at the end of the run', () => {
    const calls: string[] = [];
    const log = openNdjsonLog(path('run.ndjson'), { ...fakeOptions(), disk: watchedDisk(calls) });
    for (const draft of wholeRun()) log.append(draft);
    log.close();
    expect(calls).toEqual([...Array<string>(8).fill('write'), 'sync']);
  });

  it('with durable syncs its folder, and the file after each model answer and each node', () => {
    const calls: string[] = [];
    const options = { ...fakeOptions(), durable: true, disk: watchedDisk(calls) };
    const log = openNdjsonLog(path('run.ndjson'), options);
    for (const draft of wholeRun()) log.append(draft);
    log.close();
    const w = 'write';
    expect(calls).toEqual(['sync folder', w, w, w, w, w, 'sync', w, w, 'sync', w, 'sync']);
  });

  it('syncs on close what has not been synced', () => {
    const calls: string[] = [];
    const log = openNdjsonLog(path('run.ndjson'), { ...fakeOptions(), disk: watchedDisk(calls) });
    log.append(STARTED);
    log.append(LLM_COMPLETED);
    log.close();
    expect(calls).toEqual(['write', 'write', 'sync']);
  });
});

describe('creating a log file', () => {
  it('refuses an existing file or a dangling link, and does not change it', () => {
    const file = path('old.ndjson');
    writeFileSync(file, 'old');
    const link = path('link.ndjson');
    symlinkSync('/nowhere/at/all', link);
    expect(creationErrorOf(file).message).toBe(`the log "${file}" already exists`);
    expect([file, link].map((target) => creationErrorOf(target).code)).toEqual(['LOG_EXISTS', 'LOG_EXISTS']);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it('fails with the reason and a hint', () => {
    const file = path('a-file');
    writeFileSync(file, '');
    const long = join(dirname(file), 'x'.repeat(300));
    const targets = [
      path('missing/run.ndjson'),
      `${file}/run.ndjson`,
      `${file}/`,
      long,
      '/proc/run.ndjson',
      '/proc/logs/',
    ];
    const refusals = targets.map(creationErrorOf);
    expect(refusals.map((error) => error.code)).toEqual(Array(6).fill('LOG_UNWRITABLE'));
    expect(refusals.map((error) => error.message.replace(/^.*: /, ''))).toEqual([
      'the folder does not exist (ENOENT)',
      'a part of the path is a file, not a folder (ENOTDIR)',
      'a part of the path is a file, not a folder (ENOTDIR)',
      'the path is too long (ENAMETOOLONG)',
      'the folder does not exist (ENOENT)',
      'the folder does not exist (ENOENT)',
    ]);
    expect(refusals[0]?.hint).toContain('Give a path in a folder that exists');
  });

  it('names a file in a folder after start and run, and makes a folder for a path with a final slash', () => {
    const folder = path('logs');
    mkdirSync(folder);
    const first = openNdjsonLog(folder, fakeOptions());
    const second = openNdjsonLog(`${folder}/new/deep/`, fakeOptions());
    expect(readdirSync(folder).sort()).toEqual([`20261122-093000-${first.run}.ndjson`, 'new']);
    expect(second.state.path).toBe(join(folder, 'new/deep', `20261122-093000-${second.run}.ndjson`));
  });

  it('makes different files for runs that start together in one folder', () => {
    const folder = `${path('logs')}/`;
    const logs = [1, 2, 3].map(() => openNdjsonLog(folder, fakeOptions()));
    expect(readdirSync(folder)).toHaveLength(3);
    expect(new Set(logs.map((log) => log.run)).size).toBe(3);
  });
});
