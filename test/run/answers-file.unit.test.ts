// A file with recorded answers is read before the run, even without a model call.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFile } from '../../src/run/run-workflow-file.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { temporaryFolder } from '../support/cli.ts';
import { ROOT } from '../support/root.ts';

const RECORDED = join(ROOT, 'fixtures/logs/v1/three-models.ndjson');

function writeEcho(folder: string): string {
  const path = join(folder, 'echo.json');
  const params = { file_path: 'made.txt', content: 'made' };
  writeFileSync(path, JSON.stringify({ nodes: [{ id: 'w', type: 'write-file', params }] }));
  return path;
}

test.each([
  ['is missing', 'FILE_NOT_FOUND', () => undefined],
  [
    'is not a log',
    'NOT_A_LOG',
    (path: string): void => {
      writeFileSync(path, 'garbage\n');
    },
  ],
  [
    'is damaged',
    'LOG_CORRUPT',
    (path: string): void => {
      writeFileSync(path, readFileSync(RECORDED, 'utf8').replace('"seq":3', '"seq":9'));
    },
  ],
])('answers that cannot be read stop a workflow without model calls: the file %s', async (_, code, write) => {
  const folder = temporaryFolder();
  write(join(folder, 'answers.ndjson'));
  const run = runFile(writeEcho(folder), {
    cwd: folder,
    env: cleanEnvironment(folder),
    answers: 'answers.ndjson',
  });
  await expect(run).rejects.toMatchObject({ code });
  expect(() => readFileSync(join(folder, 'made.txt'))).toThrow('ENOENT');
});

test('a log with answers that no node needs is not an error', async () => {
  const folder = temporaryFolder();
  copyFileSync(RECORDED, join(folder, 'answers.ndjson'));
  const outcome = await runFile(writeEcho(folder), {
    cwd: folder,
    env: cleanEnvironment(folder),
    answers: 'answers.ndjson',
  });
  expect(outcome.status).toBe('success');
});
