// Invariant: an acknowledged save is kept while other processes write, and a broken file hides no other workflow.
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { savedFolder, savedHistoryPath, savedWorkflowPath } from '../../src/home/paths.ts';
import { deleteSavedWorkflow } from '../../src/home/saved-workflows/delete-saved.ts';
import { readSavedWorkflows } from '../../src/home/saved-workflows/list-saved.ts';
import { readSavedWorkflow } from '../../src/home/saved-workflows/read-saved.ts';
import { recordUse } from '../../src/home/saved-workflows/record-use.ts';
import { saveWorkflow } from '../../src/home/saved-workflows/save-workflow.ts';
import { describeNameProblem, suggestName } from '../../src/home/saved-workflows/saved-name.ts';
import type { PflowError } from '../../src/errors.ts';
import { ROOT, temporaryFolder } from '../support/cli.ts';

const IR = { nodes: [{ id: 'hello', type: 'echo', params: { message: 'hello' } }] };

function errorOf(action: () => unknown): Pick<PflowError, 'code' | 'message' | 'hint'> {
  try {
    action();
  } catch (error) {
    const { code, message, hint } = error as PflowError;
    return { code, message, hint };
  }
  throw new Error('nothing was thrown');
}

function writeByHand(home: string, file: string, text: string): void {
  mkdirSync(savedFolder(home), { recursive: true });
  writeFileSync(join(savedFolder(home), file), text);
}

describe('a saved workflow', () => {
  test('is a plain file with its history in a second file', () => {
    const home = temporaryFolder();
    saveWorkflow(home, 'hello', IR, {
      description: 'Says hello',
      keywords: ['greet'],
      capabilities: ['talk'],
    });
    expect(JSON.parse(readFileSync(savedWorkflowPath(home, 'hello'), 'utf8'))).toEqual({
      description: 'Says hello',
      ...IR,
    });
    const saved = readSavedWorkflow(home, 'hello');
    expect(saved).toMatchObject({
      name: 'hello',
      description: 'Says hello',
      ir: { description: 'Says hello', ...IR },
      keywords: ['greet'],
      capabilities: ['talk'],
      typicalUses: [],
      runs: 0,
      unreadableHistoryLines: 0,
    });
    expect(saved.lastRun).toBeUndefined();
    expect(readdirSync(savedFolder(home)).sort()).toEqual(['hello.history.ndjson', 'hello.json']);
  });

  test('counts its runs and keeps the last one', () => {
    const home = temporaryFolder();
    saveWorkflow(home, 'hello', IR);
    recordUse(home, 'hello', { status: 'success', duration_ms: 3 });
    recordUse(home, 'hello', {
      status: 'failed',
      duration_ms: 4.5,
      run: '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b',
    });
    const { runs, lastRun } = readSavedWorkflow(home, 'hello');
    expect({ runs, lastRun }).toEqual({
      runs: 2,
      lastRun: {
        type: 'workflow.used',
        at: lastRun?.at,
        status: 'failed',
        duration_ms: 4.5,
        run: '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b',
      },
    });
  });

  test('keeps its runs and its creation time when it is replaced, and takes the new keywords', () => {
    const home = temporaryFolder();
    saveWorkflow(home, 'hello', IR, { keywords: ['old'] });
    recordUse(home, 'hello', { status: 'success', duration_ms: 3 });
    const { createdAt } = readSavedWorkflow(home, 'hello');
    expect(saveWorkflow(home, 'hello', IR, { replace: true, keywords: ['new'] }).replaced).toBe(true);
    expect(readSavedWorkflow(home, 'hello')).toMatchObject({ runs: 1, createdAt, keywords: ['new'] });
  });

  test('written by hand works the same', () => {
    const home = temporaryFolder();
    writeByHand(home, 'Mine.json', JSON.stringify({ description: 'By hand', ...IR }));
    utimesSync(savedWorkflowPath(home, 'Mine'), 1_700_000_000, 1_700_000_000);
    recordUse(home, 'Mine', { status: 'success', duration_ms: 1 });
    expect(readSavedWorkflow(home, 'Mine')).toMatchObject({
      description: 'By hand',
      createdAt: '2023-11-14T22:13:20.000Z',
      updatedAt: '2023-11-14T22:13:20.000Z',
      runs: 1,
      keywords: [],
    });
  });

  test('behind a symbolic link is replaced at the target of the link', () => {
    const home = temporaryFolder();
    writeByHand(home, 'other.txt', JSON.stringify(IR));
    symlinkSync('other.txt', savedWorkflowPath(home, 'linked'));
    saveWorkflow(home, 'linked', { ...IR, name: 'new' }, { replace: true });
    expect(JSON.parse(readFileSync(join(savedFolder(home), 'other.txt'), 'utf8'))).toEqual({
      ...IR,
      name: 'new',
    });
  });

  test('does not inherit the history of a deleted one with the same name', () => {
    const home = temporaryFolder();
    saveWorkflow(home, 'hello', IR, { keywords: ['old'] });
    recordUse(home, 'hello', { status: 'success', duration_ms: 3 });
    const earlier = readFileSync(savedHistoryPath(home, 'hello'));
    deleteSavedWorkflow(home, 'hello');
    expect(readdirSync(savedFolder(home))).toEqual([]);
    recordUse(home, 'hello', { status: 'success', duration_ms: 3 });
    expect(readdirSync(savedFolder(home))).toEqual([]);
    // As if a run that began before the deletion appended its line after it.
    writeFileSync(
      savedHistoryPath(home, 'hello'),
      earlier.toString().replaceAll(/"at":"20\d\d/gu, '"at":"2020'),
    );
    saveWorkflow(home, 'hello', IR);
    expect(readSavedWorkflow(home, 'hello')).toMatchObject({ runs: 0, keywords: [] });
  });

  test('is not overwritten without the option replace', () => {
    const home = temporaryFolder();
    saveWorkflow(home, 'hello', IR);
    expect(errorOf(() => saveWorkflow(home, 'hello', { nodes: [] }))).toEqual({
      code: 'WORKFLOW_EXISTS',
      message: 'there is a saved workflow "hello" already',
      hint: 'Save it under another name with --name, or replace the saved workflow with --replace.',
    });
    expect(readSavedWorkflow(home, 'hello').ir).toEqual(IR);
  });

  test('with an unknown name is an error that suggests the nearest name', () => {
    const home = temporaryFolder();
    expect(errorOf(() => readSavedWorkflow(home, 'helo')).hint).toBe(
      'Nothing is saved yet: pflow workflow save FILE.',
    );
    saveWorkflow(home, 'hello', IR);
    const expected = {
      code: 'FILE_NOT_FOUND',
      message: 'there is no saved workflow "helo"',
      hint: 'Did you mean hello? See pflow workflow list.',
    };
    expect(errorOf(() => readSavedWorkflow(home, 'helo'))).toEqual(expected);
    expect(
      errorOf(() => {
        deleteSavedWorkflow(home, 'helo');
      }),
    ).toEqual(expected);
  });

  test('that cannot be written is FILE_UNWRITABLE', () => {
    const home = join(temporaryFolder(), 'file');
    writeFileSync(home, '');
    expect(errorOf(() => saveWorkflow(home, 'hello', IR))).toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

describe('a damaged history', () => {
  test('hides neither the workflow nor the readable lines, and its unreadable lines are counted', () => {
    const home = temporaryFolder();
    saveWorkflow(home, 'hello', IR);
    appendFileSync(savedHistoryPath(home, 'hello'), 'garbage\n{"type":"workflow.used"}\n');
    recordUse(home, 'hello', { status: 'success', duration_ms: 3 });
    expect(readSavedWorkflow(home, 'hello')).toMatchObject({ runs: 1, unreadableHistoryLines: 2 });
  });

  test('with a partial last line does not damage the next line', () => {
    const home = temporaryFolder();
    saveWorkflow(home, 'hello', IR);
    appendFileSync(savedHistoryPath(home, 'hello'), '{"type":"workflow.us');
    expect(readSavedWorkflow(home, 'hello')).toMatchObject({ runs: 0, unreadableHistoryLines: 0 });
    recordUse(home, 'hello', { status: 'success', duration_ms: 3 });
    expect(readSavedWorkflow(home, 'hello')).toMatchObject({ runs: 1, unreadableHistoryLines: 1 });
  });

  test('that is a folder counts as one unreadable line', () => {
    const home = temporaryFolder();
    writeByHand(home, 'hello.json', JSON.stringify(IR));
    mkdirSync(savedHistoryPath(home, 'hello'));
    expect(readSavedWorkflow(home, 'hello')).toMatchObject({ runs: 0, unreadableHistoryLines: 1 });
  });
});

test('a list reports broken files and has all other workflows', () => {
  const home = temporaryFolder();
  expect(readSavedWorkflows(home)).toEqual({ workflows: [], broken: [] });
  saveWorkflow(home, 'b', IR);
  saveWorkflow(home, 'a', IR);
  writeByHand(home, 'comma.json', '{"nodes": [],}');
  writeByHand(home, 'empty.json', '{"nodes": []}');
  writeByHand(home, 'two words.json', JSON.stringify(IR));
  writeByHand(home, '.hidden.json', 'x');
  writeByHand(home, 'notes.txt', 'x');
  mkdirSync(join(savedFolder(home), 'folder.json'));
  const { workflows, broken } = readSavedWorkflows(home);
  expect(workflows.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(broken.map(({ name, problem }) => [name, problem.replaceAll(home, '~')])).toEqual([
    ['comma', '~/workflows/comma.json is not JSON: a comma before "}" (line 1, column 13)'],
    ['empty', '~/workflows/empty.json has one problem'],
    ['folder', '~/workflows/folder.json is a folder'],
    ['two words', 'a saved workflow cannot have this name'],
  ]);
});

test('several processes that save and record runs at once lose no acknowledged write', async () => {
  const home = temporaryFolder();
  const [processes, times] = [4, 25];
  const program = join(ROOT, 'fixtures/programs/use-saved-workflow.ts');
  const run = (): Promise<{ readonly stdout: string }> =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', program, home, 'busy', String(times)], {
      cwd: ROOT,
    });
  const results = await Promise.all(Array.from({ length: processes }, run));
  const created = results.map(({ stdout }) => Number(stdout));
  expect(created.reduce((sum, one) => sum + one)).toBe(times);
  const { workflows, broken } = readSavedWorkflows(home);
  expect(broken).toEqual([]);
  expect(workflows.map(({ runs }) => runs)).toEqual([
    processes * times,
    ...Array.from({ length: times }, () => 0),
  ]);
  expect(readdirSync(savedFolder(home)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  const lines = readFileSync(savedHistoryPath(home, 'busy'), 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('workflow.saved'))).toHaveLength(processes * times);
});

describe('a name', () => {
  test.each(['a', 'release-notes', 'v1.2', '2fast', 'a_b', 'x'.repeat(64), 'comma', 'null'])(
    '%s is valid',
    (name) => {
      expect(describeNameProblem(name)).toBeUndefined();
    },
  );

  test.each([
    ['', 'it is empty'],
    ['x'.repeat(65), 'it is longer than 64 characters'],
    ['Report', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['.hidden', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['-rf', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['../up', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['a/b', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['a\\b', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['a b', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['a\0', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['bär', 'it takes lower-case letters, digits, - _ and ., and begins with a letter or a digit'],
    ['a.', 'it must not end in "." or ".json"'],
    ['a.json', 'it must not end in "." or ".json"'],
    ['con', 'Windows reserves that name for a device'],
    ['lpt1.notes', 'Windows reserves that name for a device'],
  ])('%j is invalid', (name, problem) => {
    expect(describeNameProblem(name)).toBe(problem);
    expect(errorOf(() => saveWorkflow(temporaryFolder(), name, IR))).toMatchObject({ code: 'USAGE' });
  });

  test.each([
    ['Release Notes.json', 'release-notes'],
    ['Wöchentlicher Bericht', 'wochentlicher-bericht'],
    ['../../etc/passwd', 'etc-passwd'],
    ['CON', undefined],
    ['日本', undefined],
    ['x'.repeat(70), 'x'.repeat(64)],
  ])('is suggested for the text %j', (text, name) => {
    expect(suggestName(text)).toBe(name);
  });
});
