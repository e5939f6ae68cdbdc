// What a fleet costs: submitted runs beside the same steps in a program that uses DBOS directly, and by the number of
// workers. Each measurement has a new database; the times are those that DBOS itself records.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestDatabase } from '../test/support/postgres.ts';
import type { Figure } from './figures.ts';

const PROGRAM = 'dist/bin/pflow.js';
const RUNS = 200;
const STEPS = 5;
const AT_ONCE = 10;

/** What a developer would write: a queue, a workflow with five steps, and a line of a log after each. */
const PLAIN = `
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
const [url, withLog] = process.argv.slice(1);
const silent = { debug() {}, info() {}, warn() {}, error: console.error };
const line = JSON.stringify({ type: 'node.completed', data: 'x'.repeat(900) });
async function flow(number) {
  for (let step = 0; step < ${String(STEPS)}; step += 1) {
    await DBOS.runStep(async () => ({ number, step, line }), { name: 'step-' + step });
    if (withLog === 'log') await DBOS.writeStream('log', line);
  }
}
DBOS.registerWorkflow(flow, { name: 'flow' });
DBOS.setConfig({ name: 'plain', systemDatabaseUrl: url, logger: silent, applicationVersion: '1', listenQueues: ['work'] });
await DBOS.launch();
const client = await DBOSClient.create({ systemDatabaseUrl: url, logger: silent });
for (let number = 0; number < ${String(RUNS)}; number += 1)
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
    const bare = await plain(database, 'bare');
    const withLog = await plain(database, 'log');
    const [one = 0, two = 0, four = 0] = await inTurn([1, 2, 4], (workers) =>
      fleet(database, folder, workers),
    );
    const perStep = (ms: number): string => `${(ms / RUNS / STEPS).toFixed(2)} ms a step`;
    const ratio = one / withLog;
    return [
      {
        what: `${String(RUNS)} submitted runs of ${String(STEPS)} echo nodes over a program that uses DBOS and writes a log`,
        target: '≤ 1.3×',
        measured: `${ratio.toFixed(2)}× (${perStep(one)} over ${perStep(withLog)})`,
        reached: ratio <= 1.3,
      },
      {
        what: 'the same over a program that writes no log',
        measured: `${(one / bare).toFixed(2)}× (over ${perStep(bare)})`,
      },
      {
        what: 'throughput of 1, 2 and 4 workers, with the database on the same cores',
        measured: [one, two, four].map((ms) => `${((RUNS / ms) * 1000).toFixed(0)} runs/s`).join(', '),
      },
      {
        what: 'throughput of 2 and of 4 workers over 1',
        measured: `${(one / two).toFixed(2)}×, ${(one / four).toFixed(2)}×`,
      },
    ];
  } finally {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the start of the first run to the end of the last one. */
function elapsed(database: TestDatabase, url: string): number {
  const sql = `SELECT count(*), max(updated_at) - min(started_at_epoch_ms)
    FROM dbos.workflow_status WHERE status = 'SUCCESS'`;
  const [count = '', ms = ''] = (database.query(url, sql)[0] ?? '').split('|');
  if (Number(count) !== RUNS) throw new Error(`${count} of ${String(RUNS)} runs ended`);
  return Number(ms);
}

async function plain(database: TestDatabase, log: 'log' | 'bare'): Promise<number> {
  const url = database.create();
  await ended(['--input-type=module', '--eval', PLAIN, url, log]);
  return elapsed(database, url);
}

async function fleet(database: TestDatabase, folder: string, workers: number): Promise<number> {
  const url = database.create();
  const nodes = Array.from({ length: STEPS }, (_, index) => ({
    id: `step-${String(index)}`,
    type: 'echo',
    params: { message: '${number}' },
  }));
  const flow = join(folder, 'flow.json');
  const inputs = join(folder, 'inputs.ndjson');
  writeFileSync(flow, JSON.stringify({ inputs: { number: { type: 'number' } }, nodes }));
  writeFileSync(
    inputs,
    Array.from({ length: RUNS }, (_, number) => `{"number":${String(number)}}\n`).join(''),
  );
  const env = { PFLOW_DATABASE_URL: url, PFLOW_HOME: folder };
  await ended([PROGRAM, 'submit', flow, '--each', inputs], env);
  const words = ['worker', '--drain', '--queue', 'default', '--concurrency', String(AT_ONCE)];
  await Promise.all(Array.from({ length: workers }, () => ended([PROGRAM, ...words], env)));
  return elapsed(database, url);
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
