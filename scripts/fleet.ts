// `npm run fleet -- --runs 200 --kills 20`: kills workers of a fleet again and again, and checks what is left: every log
// is whole, each call was billed once, and the totals are those of a fleet that nothing disturbs.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment } from '../test/support/clean-environment.ts';
import { TestDatabase } from '../test/support/postgres.ts';
import { startProvider } from '../test/support/provider/provider.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200' }, kills: { type: 'string', default: '20' } },
});
const [runs, kills] = [Number(values.runs), Number(values.kills)];
if (!Number.isSafeInteger(runs) || !Number.isSafeInteger(kills) || runs < 1 || kills < 0) {
  console.error('usage: npm run fleet -- --runs N --kills N');
  process.exit(2);
}

const PROGRAM = 'dist/bin/pflow.js';
const WORKERS = 2;
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
  /** How often each prompt was billed, and how often more than once. */
  readonly billed: number;
  readonly billedAgain: number;
  readonly seconds: number;
}

async function measureFleet(database: TestDatabase, count: number): Promise<FleetReport> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-fleet-'));
  const provider = await startProvider({
    rules: [{ then: { do: 'answer', text: 'yes', tokens: { input: 7, output: 3 }, after_ms: 30 } }],
  });
  const env = { ...cleanEnvironment(folder), ...provider.env, PFLOW_DATABASE_URL: database.create() };
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
    JSON.stringify({ topic: `topic ${String(index)}` }),
  );
  writeFileSync(join(folder, 'inputs.ndjson'), `${lines.join('\n')}\n`);
  call('submit', 'flow.json', '--each', 'inputs.ndjson');
  const startedAt = performance.now();
  const calls = work('--queue', 'llm');
  const workers = Array.from({ length: WORKERS }, () => work('--queue', 'default'));
  // The kills are spread over the calls that are made.
  for (let kill = 1; kill <= count; kill += 1) {
    await provider.waitForRequest(Math.ceil((kill * runs * NODES.length) / (count + 1)));
    await end(workers[kill % WORKERS], 'SIGKILL');
    workers[kill % WORKERS] = work('--queue', 'default');
  }
  await exited(work('--queue', 'default', '--drain'));
  // The others may still execute runs: what they leave is taken over.
  for (const worker of workers) await end(worker, 'SIGTERM');
  await exited(work('--queue', 'default', '--drain'));
  const seconds = (performance.now() - startedAt) / 1000;
  await end(calls, 'SIGTERM');
  call('pull', '-o', 'logs');
  const prompts = provider.requests.map(({ parsed }) => parsed.prompt);
  const report = {
    spend: JSON.parse(call('spend', 'logs', '--json')) as Spend,
    verified: call('verify', 'logs').trim().split('\n').at(-1) ?? '',
    billed: prompts.length,
    billedAgain: prompts.length - new Set(prompts).size,
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
await database.start();
try {
  const { spend: undisturbed } = await measureFleet(database, 0);
  const { spend, verified, billed, billedAgain, seconds } = await measureFleet(database, kills);
  const steps = runs * NODES.length;
  console.log(`${String(runs)} runs, ${String(kills)} kills, ${seconds.toFixed(0)} s`);
  const isRight = [
    check(
      'logs',
      verified.replace(/, [\d,]+ events/u, '').replaceAll(',', ''),
      `${String(runs)} logs ${String(runs)} runs: all ok`,
    ),
    check('requests that the provider had', billed, steps),
    check('requests that it had twice', billedAgain, 0),
    check('calls in the logs', spend.calls, steps),
    check('the total is exact', spend.exact, true),
    check('the total is that of an undisturbed fleet', spend.total_cost_usd, undisturbed.total_cost_usd),
  ].every(Boolean);
  process.exitCode = isRight ? 0 : 1;
} finally {
  await database.stop();
}
