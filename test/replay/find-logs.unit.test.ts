// Invariant: a folder means every log below it, for each command alike; links inside folders are never followed.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLogs, isStdin, type FoundLogs } from '../../src/replay/find-logs.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-find-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), '1234');
  }
}

/** Paths relative to the folder. */
function find(...named: readonly string[]): {
  readonly logs: readonly string[];
  readonly notes: readonly string[];
} {
  const found = findLogs(named.map(at));
  const relative = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { logs: found.logs.map(({ path }) => relative(path)), notes: found.notes.map(relative) };
}

/** Without the rights of root, which reads every folder. */
function findUnprivileged(path: string): FoundLogs {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || seteuid === undefined) return findLogs([path]);
  seteuid(65_534);
  try {
    return findLogs([path]);
  } finally {
    seteuid(0);
  }
}

test('a folder means everything below it that ends in .ndjson or .ndjson.gz, by name', () => {
  write(
    'a/2.ndjson',
    'a/1.ndjson.gz',
    'a/1.ndjson',
    'a/b/c/d.ndjson',
    'a/readme.txt',
    'a/x.json',
    'other.ndjson',
  );
  expect(find('a')).toEqual({
    logs: ['a/1.ndjson', 'a/1.ndjson.gz', 'a/2.ndjson', 'a/b/c/d.ndjson'],
    notes: [],
  });
});

test('a folder may be named like a log', () => {
  write('a.ndjson/b.ndjson');
  expect(find('a.ndjson').logs).toEqual(['a.ndjson/b.ndjson']);
});

test('a folder without a log is a note beside another one, and an error alone', () => {
  write('a/1.ndjson', 'b/readme.txt');
  expect(find('a', 'b')).toEqual({ logs: ['a/1.ndjson'], notes: [`there is no log in b`] });
  expect(() => find('b')).toThrow(
    expect.objectContaining({ code: 'LOG_EMPTY', message: `there is no log in ${at('b')}` }),
  );
});

test('a folder that cannot be read is named, and everything else is found', () => {
  write('a/1.ndjson', 'a/closed/2.ndjson', 'a/z.ndjson');
  chmodSync(folder, 0o755);
  chmodSync(at('a/closed'), 0o000);
  const { logs, unread } = findUnprivileged(at('a'));
  chmodSync(at('a/closed'), 0o755);
  expect(logs.map(({ path }) => path)).toEqual([at('a/1.ndjson'), at('a/z.ndjson')]);
  expect(unread).toEqual([
    {
      path: at('a/closed'),
      why: expect.stringContaining(`the folder "${at('a/closed')}" cannot be read: EACCES`) as string,
    },
  ]);
});

test('a pipe inside a folder is not a log, whatever its name', () => {
  write('a/1.ndjson');
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', at('a/pipe.ndjson')]);
  expect(find('a').logs).toEqual(['a/1.ndjson']);
});

test('a link inside a folder is skipped, with a note for one to a log, to a folder and to nothing', () => {
  write('a/1.ndjson', 'elsewhere/2.ndjson', 'elsewhere/readme.txt');
  symlinkSync(at('elsewhere/2.ndjson'), at('a/link.ndjson'));
  symlinkSync(at('elsewhere'), at('a/folder'));
  symlinkSync(at('nowhere'), at('a/gone.ndjson'));
  symlinkSync(at('elsewhere/readme.txt'), at('a/readme'));
  expect(find('a')).toEqual({
    logs: ['a/1.ndjson'],
    notes: [
      'a/folder is a symbolic link, skipped',
      'a/gone.ndjson is a symbolic link to nothing, skipped',
      'a/link.ndjson is a symbolic link, skipped',
    ],
  });
});

test('a link back to its own folder adds nothing', () => {
  write('a/1.ndjson');
  symlinkSync(at('a'), at('a/again'));
  symlinkSync('self.ndjson', at('a/self.ndjson'));
  expect(find('a').logs).toEqual(['a/1.ndjson']);
});

test('a link that is named is followed', () => {
  write('a/1.ndjson', 'b/2.ndjson');
  symlinkSync(at('a/1.ndjson'), at('log'));
  symlinkSync(at('b'), at('folder'));
  expect(find('log', 'folder')).toEqual({ logs: ['log', 'folder/2.ndjson'], notes: [] });
});

test('a link to nothing that is named is an error', () => {
  symlinkSync(at('nowhere'), at('log.ndjson'));
  expect(() => find('log.ndjson')).toThrow(`the log "${at('log.ndjson')}" does not exist`);
});

test('a file that is named several ways is found once, under its first name', () => {
  write('a/1.ndjson', 'a/2.ndjson');
  symlinkSync(at('a/1.ndjson'), at('link.ndjson'));
  expect(find('a/1.ndjson', 'a/../a/1.ndjson', 'link.ndjson', 'a', 'a')).toEqual({
    logs: ['a/1.ndjson', 'a/2.ndjson'],
    notes: [],
  });
});

test('a file that is named after its folder is found once; what is not a log of the folder is added', () => {
  write('a/1.ndjson', 'a/b/2.ndjson', 'a/readme.txt');
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', at('a/pipe.ndjson')]);
  symlinkSync(at('a/b'), at('b'));
  expect(find('a/b', 'a', 'b', 'a/1.ndjson', 'b/2.ndjson', 'a/readme.txt', 'a/pipe.ndjson').logs).toEqual([
    'a/b/2.ndjson',
    'a/1.ndjson',
    'a/readme.txt',
    'a/pipe.ndjson',
  ]);
});

test('a file that is named may have any name', () => {
  write('log');
  expect(find('log').logs).toEqual(['log']);
});

test('a packed log weighs as much as it is likely to unpack to', () => {
  write('1.ndjson', '2.ndjson.gz');
  expect(findLogs([folder]).logs.map(({ weight }) => weight)).toEqual([4, 32]);
});

test('a name that does not exist is an error', () => {
  expect(() => find('none.ndjson')).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
});

test('- alone is stdin, and cannot be combined with files', () => {
  expect([isStdin(['-']), isStdin(['a.ndjson'])]).toEqual([true, false]);
  expect(() => isStdin(['-', 'a.ndjson'])).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
