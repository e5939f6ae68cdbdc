// Invariant: kill -9 at any moment loses no acknowledged event and leaves a log that is clean or torn, never corrupt.
// Lines are longer than 20 KB, since a kill never truncates short ones.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundledProgram } from '../../support/bundled-program.ts';
import { sweep, traceNode } from '../../support/trace-process.ts';
import { reading, type Reading } from '../read/file-of-bytes.ts';
import { temporaryPaths } from '../temporary-folder.ts';

const path = temporaryPaths();
const EVENTS = 20;
const appendARun = bundledProgram('append-a-run');
const appendForever = bundledProgram('append-forever');

/** Numbers of complete lines; the kill may have truncated the last one. */
function acknowledgedIn(stdout: string): readonly number[] {
  return stdout
    .slice(0, stdout.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .map(Number);
}

function expectNothingLost({ events, report, refused }: Reading, acknowledged: readonly number[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index));
  expect(events.length).toBeGreaterThanOrEqual(acknowledged.length);
  expect(acknowledged).toEqual(acknowledged.map((_seq, index) => index));
  expect(refused).toBe(events.length === 0 ? 'LOG_EMPTY' : undefined);
  expect(report?.findings ?? []).toEqual([]);
}

it('a kill at the nth write loses no acknowledged event, for every n', async () => {
  const faults = await sweep(EVENTS, async (nth) => {
    const file = path('run.ndjson');
    const args = [appendARun, file, '11000'];
    const run = await traceNode(args, { file, inject: `write:signal=SIGKILL:when=${String(nth)}` });
    const seen = await reading(file);
    if (run.hitFault) {
      const acknowledged = acknowledgedIn(run.stdout);
      expect([run.signal, acknowledged.length]).toEqual(['SIGKILL', nth - 1]);
      expectNothingLost(seen, acknowledged);
      expect(seen.report?.runs[0]?.completed).toBe(seen.events.length === EVENTS ? 'success' : undefined);
    } else {
      expect(seen.report?.runs[0]?.whole).toBe(true);
      expect(statSync(file).size).toBeGreaterThan(6 * 20_000);
    }
    return run;
  });
  expect(faults).toBe(EVENTS);
});

it('a kill at a sync loses no event written before it', async () => {
  const file = path('run.ndjson');
  const args = [appendARun, file, '11000', '--durable'];
  const run = await traceNode(args, { file, inject: 'fdatasync:signal=SIGKILL:when=4' });
  const written = run.calls.filter(({ name }) => name === 'write').length;
  const seen = await reading(file);
  expect([run.signal, seen.events.length]).toEqual(['SIGKILL', written]);
  expectNothingLost(seen, acknowledgedIn(run.stdout));
});

it.each([0, 3, 7, 12, 18, 25, 33, 42])(
  'a kill %d ms after a long line loses no acknowledged event',
  async (delay) => {
    const file = path('run.ndjson');
    const child = spawn(process.execPath, [appendForever, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const before = acknowledgedIn(stdout).length;
      stdout += chunk.toString();
      // The first line is short.
      if (before < 2 && acknowledgedIn(stdout).length >= 2) setTimeout(() => child.kill('SIGKILL'), delay);
    });
    const signal = await new Promise((resolve) =>
      child.on('close', (_code, by) => {
        resolve(by);
      }),
    );
    const seen = await reading(file);
    expect(signal).toBe('SIGKILL');
    expectNothingLost(seen, acknowledgedIn(stdout));
    expect(seen.report?.runs[0]?.completed).toBeUndefined();
    expect(statSync(file).size).toBeGreaterThan(20_000 * (seen.events.length - 1));
  },
);
