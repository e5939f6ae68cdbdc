// What a fleet costs: submitted runs beside the same steps in a program that uses DBOS directly, and by the number of
// workers. Each measurement has a new database; the times are those that DBOS itself records.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestDatabase } from '../test/support/postgres.ts';
import type { Figure } from './figures.ts';
import { race } from './measure.ts';

const PROGRAM = 'dist/bin/pflow.js';
const AT_ONCE = 10;
const ROUNDS = 5;
const LOCAL_RUNS = 20;

interface Load {
  readonly runs: number;
  /** Of each run. */
  readonly steps: number;
}

const MANY: Load = { runs: 200, steps: 5 };
const ONE: Load = { runs: 1, steps: 100 };

/** What a developer would write: a queue, a workflow with some steps, and a line of a log after each. */
const PLAIN = `
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
const [url, withLog, runs, steps] = process.argv.slice(1);
const silent = { debug() {}, info() {}, warn() {}, error: console.error };
const line = JSON.stringify({ type: 'node.completed', data: 'x'.repeat(900) });
async function flow(number) {
  for (let step = 0; step < Number(steps); step += 1) {
    await DBOS.runStep(async () => ({ number, step, line }), { name: 'step-' + step });
    if (withLog === 'log') await DBOS.writeStream('log', line);
  }
}
DBOS.registerWorkflow(flow, { name: 'flow' });
DBOS.setConfig({ name: 'plain', systemDatabaseUrl: url, logger: silent, applicationVersion: '1', listenQueues: ['work'] });
await DBOS.launch();
const client = await DBOSClient.create({ systemDatabaseUrl: url, logger: silent });
for (let number = 0; number < Number(runs); number += 1)
  await client.enqueue({ workflowName: 'flow', queueName: 'work', appVersion: '1' }, number);
await DBOS.registerQueue('work', { workerConcurrency: ${String(AT_ONCE)}, minPollingIntervalMs: 200 });
for (;;) {
  const left = await DBOS.listWorkflows({ status: ['ENQUEUED', 'PENDING'], limit: 1 });
  if (left.length === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}
await client.destroy();
await DBOS.shutdown();
`;

export async function engineFigures(): Promise<Figure[]> {
  const database = new TestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  await database.start();
  try {
    return [...(await singleRun(database, folder)), ...(await manyRuns(database, folder))];
  } finally {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One run has nothing beside it that could hide what a step takes. */
async function singleRun(database: TestDatabase, folder: string): Promise<Figure[]> {
  const measured = await race(ROUNDS, {
    withLog: () => plain(database, 'log', ONE),
    bare: () => plain(database, 'bare', ONE),
    ours: () => fleet(database, folder, ONE),
  });
  const ratio = measured.ratio('ours', 'withLog');
  const [ours, withLog, bare] = (['ours', 'withLog', 'bare'] as const).map((name) =>
    perStep(measured.median(name), ONE),
  );
  return [
    {
      what: `one submitted run of ${String(ONE.steps)} echo nodes over a program that uses DBOS and writes a log`,
      target: '≤ 1.3×',
      measured: `${ratio.toFixed(2)}× (${ours ?? ''} over ${withLog ?? ''})`,
      reached: ratio <= 1.3,
    },
    {
      what: 'that run over a program that writes no log',
      measured: `${measured.ratio('ours', 'bare').toFixed(2)}× (over ${bare ?? ''})`,
    },
  ];
}

async function manyRuns(database: TestDatabase, folder: string): Promise<Figure[]> {
  const bare = await plain(database, 'bare', MANY);
  const withLog = await plain(database, 'log', MANY);
  const [one = 0, two = 0, four = 0] = await inTurn([1, 2, 4], (workers) =>
    fleet(database, folder, MANY, workers),
  );
  const { runs, steps } = MANY;
  const ratio = one / withLog;
  return [
    {
      what: `${String(runs)} submitted runs of ${String(steps)} echo nodes over a program that uses DBOS and writes a log`,
      target: '≤ 1.3×',
      measured: `${ratio.toFixed(2)}× (${perStep(one, MANY)} over ${perStep(withLog, MANY)})`,
      reached: ratio <= 1.3,
    },
    {
      what: 'these runs over a program that writes no log',
      measured: `${(one / bare).toFixed(2)}× (over ${perStep(bare, MANY)})`,
    },
    {
      what: 'throughput of 1, 2 and 4 workers, with the database on the same cores',
      measured: [one, two, four].map((ms) => `${((runs / ms) * 1000).toFixed(0)} runs/s`).join(', '),
    },
    {
      what: 'throughput of 2 and of 4 workers over 1',
      measured: `${(one / two).toFixed(2)}×, ${(one / four).toFixed(2)}×`,
    },
    {
      what: 'these runs in a loop of `pflow run --log`, one after the other',
      measured: `${(1000 / (await localRun(folder))).toFixed(1)} runs/s`,
    },
  ];
}

/** Milliseconds of a run in a process of its own. */
async function localRun(folder: string): Promise<number> {
  const flow = writeFlow(folder, MANY);
  const start = performance.now();
  for (let number = 0; number < LOCAL_RUNS; number += 1) {
    const log = join(folder, `local-${String(number)}.ndjson`);
    await ended([PROGRAM, 'run', flow, `number=${String(number)}`, '--log', log]);
  }
  return (performance.now() - start) / LOCAL_RUNS;
}

function writeFlow(folder: string, { steps }: Load): string {
  const nodes = Array.from({ length: steps }, (_, index) => ({
    id: `step-${String(index)}`,
    type: 'echo',
    params: { message: '${number}' },
  }));
  const flow = join(folder, 'flow.json');
  writeFileSync(flow, JSON.stringify({ inputs: { number: { type: 'number' } }, nodes }));
  return flow;
}

function perStep(ms: number, { runs, steps }: Load): string {
  return `${(ms / runs / steps).toFixed(2)} ms a step`;
}

/** Milliseconds from the start of the first run to the end of the last one. */
function elapsed(database: TestDatabase, url: string, { runs }: Load): number {
  const sql = `SELECT count(*), max(updated_at) - min(started_at_epoch_ms)
    FROM dbos.workflow_status WHERE status = 'SUCCESS'`;
  const [count = '', ms = ''] = (database.query(url, sql)[0] ?? '').split('|');
  if (Number(count) !== runs) throw new Error(`${count} of ${String(runs)} runs ended`);
  return Number(ms);
}

async function plain(database: TestDatabase, log: 'log' | 'bare', load: Load): Promise<number> {
  const url = database.create();
  const counts = [load.runs, load.steps].map(String);
  await ended(['--input-type=module', '--eval', PLAIN, url, log, ...counts]);
  return elapsed(database, url, load);
}

async function fleet(database: TestDatabase, folder: string, load: Load, workers = 1): Promise<number> {
  const url = database.create();
  const flow = writeFlow(folder, load);
  const inputs = join(folder, 'inputs.ndjson');
  writeFileSync(
    inputs,
    Array.from({ length: load.runs }, (_, number) => `{"number":${String(number)}}\n`).join(''),
  );
  const env = { PFLOW_DATABASE_URL: url, PFLOW_HOME: folder };
  await ended([PROGRAM, 'submit', flow, '--each', inputs], env);
  const words = ['worker', '--drain', '--queue', 'default', '--concurrency', String(AT_ONCE)];
  await Promise.all(Array.from({ length: workers }, () => ended([PROGRAM, ...words], env)));
  return elapsed(database, url, load);
}

function ended(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`node ${words[0] ?? ''} ended with ${String(code)}: ${stderr}`));
    });
  });
}

async function inTurn<T, R>(list: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const one of list) results.push(await work(one));
  return results;
}
