// Invariant: wherever a write of a real process is cut short, the log has the events before it and a torn tail, its
// last safe seq is known, and nothing follows.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { bundledProgram } from '../../support/bundled-program.ts';
import { requireTool } from '../../support/require-tool.ts';
import { reading } from '../read/file-of-bytes.ts';

const program = bundledProgram('append-at-limits');
const LINES = 4;

interface Ending {
  readonly limit: number;
  readonly path: string;
  readonly complete: boolean;
  readonly lastSeq: number;
  readonly message?: string;
}

/** The result of one log for each limit. */
async function endings(from: number, to: number, step: number): Promise<readonly Ending[]> {
  requireTool('prlimit');
  const folder = mkdtempSync(join(tmpdir(), 'pflow-limits-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const args = [program, folder, ...[from, to, step].map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Ending);
}

it('a file limited to n bytes has the events before the limit, for every third n', async () => {
  const all = await endings(1, 1_100, 3);
  expect(all).toHaveLength(367);
  const lastSeqs = new Set<number>();
  for (const { limit, path, complete, lastSeq, message } of all) {
    const { events, report } = await reading(path);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq + 1 }, (_, seq) => seq));
    expect(report?.findings ?? []).toEqual([]);
    expect(complete).toBe(lastSeq === LINES - 1);
    if (complete) {
      expect([report?.end, report?.runs[0]?.whole]).toEqual(['clean', true]);
    } else {
      // Exactly as long as the limit allows.
      expect(statSync(path).size).toBe(limit);
      expect(message).toMatch(/the file would grow over the size limit \(EFBIG\)$/u);
    }
    lastSeqs.add(lastSeq);
  }
  // The limits truncate each of the lines, and the last ones truncate no line.
  expect([...lastSeqs].sort()).toEqual([-1, 0, 1, 2, 3]);
});
