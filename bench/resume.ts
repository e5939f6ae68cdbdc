// Measures `pflow resume` of a long run, as whole processes. Its base is to replay that run, and to run what is left.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figures.ts';
import { pair, processMilliseconds } from './measure.ts';

const PROGRAM = 'dist/bin/pflow.js';
const NODES = 300;
const ROUNDS = 11;
const MOST = 1.2;

export async function resumeFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  try {
    const file = join(folder, 'last.txt');
    const last = { id: 'last', type: 'read-file', params: { file_path: file } };
    const nodes = Array.from({ length: NODES - 1 }, (_, index) => ({
      id: `node-${String(index)}`,
      type: 'echo',
      params: { data: 'x'.repeat(200) },
    }));
    const write = (name: string, content: unknown): string => {
      writeFileSync(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    const logs = join(folder, 'logs/');
    const failed = spawnSync(process.execPath, [
      ...[PROGRAM, 'run', write('long.json', { nodes: [...nodes, last] }), '--log', logs],
    ]);
    if (failed.status !== 1) throw new Error(`the run ended with ${String(failed.status)}`);
    const log = join(logs, readdirSync(logs)[0] ?? '');
    writeFileSync(file, 'here');
    const short = write('short.json', { nodes: [last] });
    let rounds = 0;
    const into = (): string => join(folder, `round-${String((rounds += 1))}/`);
    const { ratio, ours, base } = await pair(
      ROUNDS,
      () => {
        const replay = processMilliseconds([PROGRAM, 'replay', log, '--project', 'steps']);
        const run = processMilliseconds([PROGRAM, 'run', short, '--log', into()]);
        // The second process starts for the measurement alone.
        return replay + run - processMilliseconds([PROGRAM, '--version']);
      },
      () => processMilliseconds([PROGRAM, 'resume', log, '--log', into()]),
    );
    return [
      {
        what: `resume of a run of ${String(NODES)} nodes whose last one failed over replaying it and running that node`,
        target: `≤ ${String(MOST)}×`,
        measured: `${ratio.toFixed(2)}× (${ours.toFixed(0)} ms over ${base.toFixed(0)} ms)`,
        reached: ratio <= MOST,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
