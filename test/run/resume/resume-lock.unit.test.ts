// Two processes never resume a run at once: one of them has the lock. A dead process does not keep it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PflowError } from '../../../src/errors.ts';
import { hashHost } from '../../../src/log/write/log-host.ts';
import { lockResume } from '../../../src/run/resume/resume-lock.ts';
import { resumeRun } from '../../../src/run/resume/resume-run.ts';
import { runFile } from '../../../src/run/run-workflow-file.ts';
import { cleanEnvironment, temporaryFolder } from '../../support/cli.ts';

const RUN = '0199f3a0-0000-7000-8000-000000000001';

function place(): { readonly folder: string; readonly log: { readonly path: string; readonly run: string } } {
  const folder = temporaryFolder();
  return { folder, log: { path: join(folder, 'a.ndjson'), run: RUN } };
}

function errorOf(work: () => unknown): PflowError {
  try {
    work();
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const HOLDER = { id: 'x', pid: 1, host: hashHost(), started_at: new Date().toISOString() };
const dead = (id: string) =>
  JSON.stringify({ ...HOLDER, id, pid: spawnSync(process.execPath, ['--version']).pid });

test('a lock is taken once, and again when it was released', () => {
  const { folder, log } = place();
  const lock = lockResume(log);
  const file = join(folder, `.${RUN}.resuming`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, host: hashHost() });
  const { code, message, hint, path } = errorOf(() => lockResume(log));
  expect({ code, message, hint, path }).toEqual({
    code: 'RUN_ACTIVE',
    message: `run ${RUN} is being resumed by process ${String(process.pid)}`,
    hint: `Wait until it has ended. If it is no run of pflow, delete the lock: rm ${file}`,
    path: file,
  });
  lockResume({ ...log, run: 'other' }).release();
  lock.release();
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
  lockResume(log).release();
});

test.each([
  ['of a process that runs', JSON.stringify(HOLDER), 'by process 1'],
  [
    'of another machine',
    JSON.stringify({ ...HOLDER, host: 'other', pid: 7 }),
    'by process 7 of another machine',
  ],
  ['that is not complete', '', 'by another process'],
  ['without a process', '[]', 'by another process'],
])('a lock %s is kept', (_name, text, who) => {
  const { folder, log } = place();
  writeFileSync(join(folder, `.${RUN}.resuming`), text);
  expect(errorOf(() => lockResume(log)).message).toBe(`run ${RUN} is being resumed ${who}`);
  expect(readdirSync(folder)).toEqual([`.${RUN}.resuming`]);
});

test('the lock of a dead process is taken over by one process, and all files are removed at its end', () => {
  const { folder, log } = place();
  const first = `.${RUN}.resuming`;
  writeFileSync(join(folder, first), dead('one'));
  writeFileSync(join(folder, `${first}-one`), dead('two'));
  const lock = lockResume(log);
  expect(readdirSync(folder).sort()).toEqual([first, `${first}-one`, `${first}-two`]);
  expect(errorOf(() => lockResume(log)).code).toBe('RUN_ACTIVE');
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock with the number of this process, of one before a restart, is taken over', () => {
  const { folder, log } = place();
  writeFileSync(join(folder, `.${RUN}.resuming`), JSON.stringify({ ...HOLDER, pid: process.pid }));
  lockResume(log).release();
  expect(readdirSync(folder)).toEqual([]);
});

/** A run that failed, and that runs `command` when it is resumed. */
async function failedRun(command: string): Promise<{ readonly cwd: string; readonly options: object }> {
  const cwd = temporaryFolder();
  const options = { cwd, env: cleanEnvironment(cwd) };
  const params = { command: `test -e ready && { ${command}; }` };
  writeFileSync(join(cwd, 'w.json'), JSON.stringify({ nodes: [{ id: 'a', type: 'shell', params }] }));
  expect((await runFile('w.json', { ...options, log: 'one.ndjson' })).status).toBe('failed');
  writeFileSync(join(cwd, 'ready'), '');
  return { cwd, options };
}

test('of five resumes at the same time one runs the node', async () => {
  const { cwd, options } = await failedRun('echo ran >> ran');
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => resumeRun('one.ndjson', options)));
  const codes = all.map((one) => (one.status === 'rejected' ? (one.reason as PflowError).code : one.status));
  expect(codes.filter((code) => code !== 'RUN_ACTIVE' && code !== 'RUN_CONTINUED')).toEqual(['fulfilled']);
  expect(readFileSync(join(cwd, 'ran'), 'utf8')).toBe('ran\n');
  expect(readdirSync(cwd).filter((name) => name.includes('resuming'))).toEqual([]);
});

test('a run that is being resumed into another folder is not resumed until that has ended', async () => {
  const { cwd, options } = await failedRun('echo ran >> ran; until test -e go; do sleep 0.02; done');
  const elsewhere = { ...options, log: 'elsewhere/' };
  const first = resumeRun('one.ndjson', elsewhere);
  await expect.poll(() => existsSync(join(cwd, 'ran'))).toBe(true);
  await expect(resumeRun('one.ndjson', elsewhere)).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
  writeFileSync(join(cwd, 'go'), '');
  expect((await first).status).toBe('success');
  expect((await resumeRun('one.ndjson', elsewhere)).status).toBe('success');
  expect(readFileSync(join(cwd, 'ran'), 'utf8')).toBe('ran\nran\n');
});
