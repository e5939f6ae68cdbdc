// Measures `pflow spend` over logs that it has folded before, as whole processes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { encodeLine } from '../src/log/write/line-encoder.ts';
import { RunBuilder, runId } from '../test/support/run-builder.ts';
import type { Figure } from './figures.ts';
import { pair, processMilliseconds } from './measure.ts';
import { generateLog, requireRoom } from './reading/generate.ts';

const PROGRAM = 'dist/bin/pflow.js';
const RIVAL = 'dist/bench/reading/rivals/duckdb-parquet.js';
const LOGS = 20_000;
const EVENTS = 1_000_000;
const ROUNDS = 5;
/** A log that changed in the last two seconds is not kept. */
const SETTLED_MS = 2_500;
/** Makes 50 events a log. */
const NODES = 9;

const targets = { again: 0.1, againMs: 1_000, newLogMs: 50, parquet: 1 };

export async function keptFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  try {
    requireRoom(folder, 2 * EVENTS);
    // What one has kept must not be read by the other.
    process.env['PFLOW_HOME'] = join(folder, 'home of many');
    const many = await manyLogs(join(folder, 'many'));
    process.env['PFLOW_HOME'] = join(folder, 'home of one');
    return [...many, ...(await oneLog(folder))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const spend = (path: string, ...flags: readonly string[]): number =>
  processMilliseconds([PROGRAM, 'spend', path, ...flags]);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

async function manyLogs(logs: string): Promise<Figure[]> {
  mkdirSync(logs);
  let written = 0;
  const write = (): void => {
    const { events } = new RunBuilder(runId((written += 1)))
      .started()
      .workflow(nodeIds, everyNode)
      .ended('success');
    writeFileSync(join(logs, `${String(written)}.ndjson`), Buffer.concat(events.map(encodeLine)));
  };
  for (let log = 0; log < LOGS; log += 1) write();
  await setTimeout(SETTLED_MS);
  const again = await pair(
    ROUNDS,
    () => {
      rmSync(process.env['PFLOW_HOME'] ?? '', { recursive: true, force: true });
      return spend(logs);
    },
    () => spend(logs),
  );
  const added = await pair(
    ROUNDS,
    async () => {
      // The log of the round before is kept by now.
      await setTimeout(SETTLED_MS);
      spend(logs);
      return spend(logs);
    },
    () => {
      write();
      return spend(logs);
    },
  );
  return [
    {
      what: `second \`pflow spend\` over ${String(LOGS)} logs of 50 events over the first`,
      target: `≤ ${String(targets.again)}× and ≤ ${seconds(targets.againMs)}`,
      measured: `${again.ratio.toFixed(3)}× (${seconds(again.ours)} over ${seconds(again.base)})`,
      reached: again.ratio <= targets.again && again.ours <= targets.againMs,
    },
    {
      what: 'the same after one new log: more',
      target: `≤ ${String(targets.newLogMs)} ms`,
      measured: `${added.difference.toFixed(0)} ms`,
      reached: added.difference <= targets.newLogMs,
    },
  ];
}

/** As long as those of the log for reading. */
const PROMPT = 'word '.repeat(230);
const ANSWER = 'word '.repeat(86);

const nodeIds = Array.from({ length: NODES }, (_, index) => `node-${String(index)}`);

function everyNode(inside: RunBuilder): void {
  for (const id of nodeIds)
    inside.node(id, { type: 'llm' }, (one) => one.call({ prompt: PROMPT, response: ANSWER }));
}

async function oneLog(folder: string): Promise<Figure[]> {
  const { path } = await generateLog(join(folder, 'one.ndjson'), EVENTS);
  const copy = join(folder, 'one.parquet');
  processMilliseconds([RIVAL, path, copy]);
  await setTimeout(SETTLED_MS);
  const rival = (): number => processMilliseconds([RIVAL, copy]);
  const kept = await pair(ROUNDS, rival, () => spend(path));
  const cold = await pair(ROUNDS, rival, () => spend(path, '--no-cache'));
  return [
    {
      what: `\`pflow spend\` over one finished log of ${String(EVENTS)} events over DuckDB over its copy in Parquet`,
      target: `≤ ${String(targets.parquet)}×`,
      measured: `${kept.ratio.toFixed(2)}× (${seconds(kept.ours)} over ${seconds(kept.base)})`,
      reached: kept.ratio <= targets.parquet,
    },
    {
      what: 'the same, when that log was never read before',
      measured: `${cold.ratio.toFixed(2)}× (${seconds(cold.ours)} over ${seconds(cold.base)})`,
    },
  ];
}
