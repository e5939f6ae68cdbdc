// `npm run fleet -- --runs 200 --kills 20`: kills workers of a fleet again and again, each while the provider works on
// a call of one of its runs. Checks what is left: every log is whole, each call was billed once, and the totals are
// those of a fleet that nothing disturbs. With `--full-disk` the disk of the database is full for a while instead,
// which needs root and ends the server, too.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment } from '../test/support/clean-environment.ts';
import { TestDatabase } from '../test/support/postgres.ts';
import { startProvider, type TestProvider } from '../test/support/provider/provider.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    kills: { type: 'string', default: '20' },
    'full-disk': { type: 'boolean', default: false },
  },
});
const [runs, kills] = [Number(values.runs), Number(values.kills)];
if (!Number.isSafeInteger(runs) || !Number.isSafeInteger(kills) || runs < 1 || kills < 0) {
  console.error('usage: npm run fleet -- --runs N --kills N | --runs N --full-disk');
  process.exit(2);
}

/** Holds the cluster and some hundred runs. */
const DISK = '160m';
/** Fills the disk of the database in the midst of the runs. */
const isDiskFilled = values['full-disk'];
const PROGRAM = 'dist/bin/pflow.js';
const WORKERS = 2;
/** So many statements fail before the server crashes. */
const REPORTS = 20;
/** Makes runs large enough to fill what the database has reserved. */
const PADDING = isDiskFilled ? 'x'.repeat(4000) : '';
const NODES = ['one', 'two', 'three'];
const WORKFLOW = {
  inputs: { topic: { type: 'string' } },
  nodes: NODES.map((id) => ({
    id,
    type: 'llm',
    params: { model: 'openai/gpt-4o-mini', prompt: `${id} about \${topic}` },
  })),
};

interface Spend {
  readonly calls: number;
  readonly exact: boolean;
  readonly total_cost_usd: string;
}

interface FleetReport {
  readonly spend: Spend;
  readonly verified: string;
  /** In all logs. */
  readonly completed: number;
  /** How often each prompt was billed, and how often more than once. */
  readonly billed: number;
  readonly billedAgain: number;
  /** Workers that ended by themselves. */
  readonly lost: number;
  readonly seconds: number;
}

interface Disturbed {
  readonly database: TestDatabase;
  readonly url: string;
  readonly provider: TestProvider;
  /** Holds the answers of the provider. */
  readonly gate: Gate;
  /** By number of their topic. */
  readonly runIds: readonly string[];
  readonly workers: ChildProcess[];
  /** Starts another worker for runs. */
  readonly start: () => ChildProcess;
}

/** What happens while the workers execute the runs. */
type Disturbance = (fleet: Disturbed) => Promise<void>;

const undisturbed: Disturbance = () => Promise.resolve();

class Gate {
  /** Resolves when answers are sent. */
  opened = Promise.resolve();
  open: () => void = () => undefined;

  close(): void {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** The kills are spread over the calls that are made. */
const killWorkers: Disturbance = async (fleet) => {
  for (let kill = 1; kill <= kills; kill += 1) {
    await fleet.provider.waitForRequest(Math.ceil((kill * runs * NODES.length) / (kills + 1)));
    while (!(await killDuringCall(fleet)));
  }
};

/** Returns false if the worker of the next call was killed before: its run is not taken over yet. */
async function killDuringCall(fleet: Disturbed): Promise<boolean> {
  const { provider, gate, workers, start } = fleet;
  gate.close();
  const held = await provider.waitForRequest(provider.requests.length + 1);
  const index = workers.findIndex(({ pid }) =>
    ownerOf(held.parsed.prompt, fleet).includes(`-${String(pid)}-`),
  );
  if (index >= 0) {
    await end(workers[index], 'SIGKILL');
    workers[index] = start();
  }
  gate.open();
  return index >= 0;
}

/** Returns the name of the worker that executes the run of a prompt. It has the id of the process. */
function ownerOf(prompt: string, { database, url, runIds }: Disturbed): string {
  const run = runIds[Number(/topic (\d+)/u.exec(prompt)?.[1])] ?? '';
  const [owner = ''] = database.query(
    url,
    `SELECT executor_id FROM dbos.workflow_status WHERE workflow_uuid = '${run}'`,
  );
  return owner;
}

/** Fills the disk of the database. Frees it after failed statements and a crash of the server. */
const fillDisk: Disturbance = async ({ database, provider }) => {
  const reported = (): number => database.log.split('No space left on device').length - 1;
  await provider.waitForRequest(Math.ceil((runs * NODES.length) / 3));
  database.disk?.fill();
  while (reported() < REPORTS && !database.log.includes('PANIC')) await pause();
  const refused = reported();
  // Without space for its log of changes the server crashes.
  while (!database.log.includes('PANIC')) database.fillLog();
  database.disk?.free();
  console.log(`the disk was full: ${String(refused)} statements failed, then the server crashed`);
  await database.restart();
};

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

async function measureFleet(database: TestDatabase, disturb: Disturbance): Promise<FleetReport> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-fleet-'));
  const gate = new Gate();
  const answer = { do: 'answer', text: 'yes', tokens: { input: 7, output: 3 }, after_ms: 30 } as const;
  const then = Object.defineProperty({ ...answer }, 'after', { get: () => gate.opened });
  const provider = await startProvider({ rules: [{ then }] });
  const url = database.create();
  const env = { ...cleanEnvironment(folder), ...provider.env, PFLOW_DATABASE_URL: url };
  const call = (...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(process.cwd(), PROGRAM), ...words], {
      ...{ cwd: folder, env, encoding: 'utf8' },
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`pflow ${words.join(' ')}: ${stderr}${stdout}`);
    return stdout;
  };
  const work = (...words: readonly string[]): ChildProcess =>
    spawn(process.execPath, [join(process.cwd(), PROGRAM), 'worker', ...words], {
      ...{ cwd: folder, env },
      stdio: 'ignore',
    });
  writeFileSync(join(folder, 'flow.json'), JSON.stringify(WORKFLOW));
  const lines = Array.from({ length: runs }, (_, index) =>
    JSON.stringify({ topic: `topic ${String(index)} ${PADDING}` }),
  );
  writeFileSync(join(folder, 'inputs.ndjson'), `${lines.join('\n')}\n`);
  const runIds = call('submit', 'flow.json', '--each', 'inputs.ndjson')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly run: string }).run);
  const startedAt = performance.now();
  const calls = work('--queue', 'llm');
  const start = (): ChildProcess => work('--queue', 'default');
  const workers = Array.from({ length: WORKERS }, start);
  await disturb({ database, url, provider, gate, runIds, workers, start });
  await exited(work('--queue', 'default', '--drain'));
  const lost = [calls, ...workers].filter(
    ({ exitCode, signalCode }) => exitCode !== null || signalCode !== null,
  );
  // The others may still execute runs: what they leave is taken over.
  for (const worker of workers) await end(worker, 'SIGTERM');
  await exited(work('--queue', 'default', '--drain'));
  const seconds = (performance.now() - startedAt) / 1000;
  await end(calls, 'SIGTERM');
  call('pull', '-o', 'logs');
  const logs = readdirSync(join(folder, 'logs')).map((name) =>
    readFileSync(join(folder, 'logs', name), 'utf8'),
  );
  const prompts = provider.requests.map(({ parsed }) => parsed.prompt);
  const report = {
    spend: JSON.parse(call('spend', 'logs', '--json')) as Spend,
    verified: call('verify', 'logs').trim().split('\n').at(-1) ?? '',
    completed: logs.join('').split('{"type":"node.completed"').length - 1,
    billed: prompts.length,
    billedAgain: prompts.length - new Set(prompts).size,
    lost: lost.length,
    seconds,
  };
  await provider.stop();
  rmSync(folder, { recursive: true, force: true });
  return report;
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined) return;
  const ended = exited(child);
  child.kill(signal);
  await ended;
}

function exited(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else
      child.once('exit', () => {
        resolve();
      });
  });
}

function check(what: string, found: unknown, expected: unknown): boolean {
  const isRight = found === expected;
  console.log(`${isRight ? 'ok   ' : 'WRONG'} ${what}: ${String(found)}`);
  if (!isRight) console.log(`      expected: ${String(expected)}`);
  return isRight;
}

const database = new TestDatabase();
await database.start(isDiskFilled ? DISK : undefined);
try {
  const { spend: expected } = await measureFleet(database, undisturbed);
  const found = await measureFleet(database, isDiskFilled ? fillDisk : killWorkers);
  const { spend, verified, billed, billedAgain, seconds } = found;
  const steps = runs * NODES.length;
  const what = isDiskFilled ? 'a full disk' : `${String(kills)} kills, each with a call in flight`;
  console.log(`${String(runs)} runs, ${what}, ${seconds.toFixed(0)} s`);
  // The answer of a call that came while the disk was full may be lost. It is made again, with a doubt.
  const isCertain = isDiskFilled ? billed === steps : true;
  const isRight = [
    check(
      'logs',
      verified.replace(/, [\d,]+ events/u, '').replaceAll(',', ''),
      `${String(runs)} logs ${String(runs)} runs: all ok`,
    ),
    check('nodes that completed', found.completed, steps),
    check('workers that ended by themselves', found.lost, 0),
    ...(isDiskFilled
      ? [check('different requests that the provider had', billed - billedAgain, steps)]
      : [
          check('requests that the provider had', billed, steps),
          check('requests that it had twice', billedAgain, 0),
        ]),
    check('calls in the logs', spend.calls, steps),
    check('the total is exact', spend.exact, isCertain),
    check('the total is that of an undisturbed fleet', spend.total_cost_usd, expected.total_cost_usd),
  ].every(Boolean);
  process.exitCode = isRight ? 0 : 1;
} finally {
  await database.stop();
}
