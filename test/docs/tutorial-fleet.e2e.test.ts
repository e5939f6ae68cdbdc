// Invariant: the commands of docs/tutorial-fleet.md print what the page has, and each call was made once.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { cleanEnvironment, PROGRAM, ROOT, temporaryFolder } from '../support/cli.ts';
import { TestDatabase } from '../support/postgres.ts';
import { testProvider } from '../support/workbench.ts';

const database = new TestDatabase();

beforeAll(() => database.start());
afterAll(() => database.stop());

const BLOCK = /^```console\n([\s\S]*?)^```$/gmu;

test('the tutorial of a fleet', { timeout: 300_000 }, async () => {
  const page = readFileSync(join(ROOT, 'docs/tutorial-fleet.md'), 'utf8');
  const [, workflow = ''] = /^```json\n([\s\S]*?)^```$/mu.exec(page) ?? [];
  const answer = {
    do: 'answer',
    text: 'Bug',
    tokens: { input: 60, output: 8 },
    model: 'gpt-4o-mini',
    after_ms: 200,
  } as const;
  let release: () => void = () => undefined;
  const isKilled = new Promise<void>((resolve) => (release = resolve));
  // The worker is killed while it has a run.
  const provider = await testProvider({
    rules: [{ when: 'Ticket 1:', then: { ...answer, after: isKilled } }, { then: answer }],
  });
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'triage.json'), workflow);
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pflow'), `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(join(bin, 'pflow'), 0o755);
  const lines = [...page.matchAll(BLOCK)].flatMap(([, block = '']) => block.trimEnd().split('\n'));
  const commands = lines.filter((line) => line.startsWith('$ '));
  const script = commands.map((line) => `echo '${line.replaceAll("'", `'\\''`)}'\n${line.slice(2)}`);
  const env: Record<string, string> = {
    ...cleanEnvironment(folder),
    ...provider.env,
    PFLOW_DATABASE_URL: database.create(),
  };
  const shell = spawn('bash', ['-c', script.join('\n')], {
    cwd: folder,
    env: { ...env, PATH: `${bin}:${env['PATH'] ?? ''}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  onTestFinished(() => {
    if (shell.exitCode === null) process.kill(-(shell.pid ?? 0), 'SIGKILL');
  });
  const texts = { stdout: '', stderr: '' };
  shell.stdout.on('data', (chunk: Buffer) => {
    texts.stdout += chunk.toString();
    if (texts.stdout.includes('--drain')) release();
  });
  shell.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  await new Promise((resolve) => shell.once('close', resolve));
  // The shell reports the worker that was killed.
  expect(texts.stderr).toMatch(/^(?:bash: line \d+: +\d+ Killed .*\n)?$/u);
  expect(texts.stdout.trimEnd().split('\n')).toEqual(lines);
  expect(provider.requests).toHaveLength(200);
});
