// A fleet under test: a database of its own, commands that use it, and workers as processes that can be killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { cleanEnvironment, PROGRAM, runCli, temporaryFolder, type CliRun } from './cli.ts';
import type { TestDatabase } from './postgres.ts';

export interface FleetWorker {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code; null for a worker that was killed. */
  readonly ended: Promise<number | null>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export class Fleet {
  readonly folder = temporaryFolder();
  readonly url: string;
  /** Its name on the server. */
  readonly database: string;
  private readonly env: Readonly<Record<string, string>>;

  constructor(
    database: TestDatabase,
    env: Readonly<Record<string, string>> = {},
    { by = 'port' }: { readonly by?: 'port' | 'socket' } = {},
  ) {
    const url = database.create();
    this.database = new URL(url).pathname.slice(1);
    this.url = by === 'port' ? url : database.socketUrlOf(url);
    this.env = { ...env, PFLOW_DATABASE_URL: this.url };
  }

  write(name: string, content: unknown): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  run(...args: readonly string[]): Promise<CliRun> {
    return runCli(args, { cwd: this.folder, env: this.env });
  }

  /** Submits a run for each object of inputs. Returns the ids. */
  async submit(workflow: unknown, inputs: readonly object[], ...flags: readonly string[]): Promise<string[]> {
    this.write('flow.json', workflow);
    this.write('inputs.ndjson', inputs.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const { stdout, stderr } = await this.run('submit', 'flow.json', '--each', 'inputs.ndjson', ...flags);
    if (stderr !== '') throw new Error(stderr);
    return linesOf(stdout).map(({ run }) => String(run));
  }

  start(...flags: readonly string[]): FleetWorker {
    return startWorker(flags, { folder: this.folder, env: this.env });
  }

  /** Runs a worker until nothing is left. Returns the ends of runs by id. */
  async drain(...flags: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const worker = this.start('--drain', ...flags);
    const code = await worker.ended;
    if (code !== 0) throw new Error(`the worker ended with ${String(code)}: ${worker.stderr()}`);
    return new Map(linesOf(worker.stdout()).map(({ run, status }) => [String(run), String(status)]));
  }
}

/** Starts a worker. It is killed after the test. */
export function startWorker(
  flags: readonly string[],
  { folder, env = {} }: { readonly folder: string; readonly env?: Readonly<Record<string, string>> },
): FleetWorker {
  const child = spawn(process.execPath, [PROGRAM, 'worker', ...flags], {
    cwd: folder,
    env: { ...cleanEnvironment(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  onTestFinished(() => kill());
  return { child, ended, kill, stdout: () => texts.stdout, stderr: () => texts.stderr };
}

export function linesOf(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export const MODEL = 'openai/gpt-4o-mini';

/** Makes three calls in a row. */
export const CALLS = {
  inputs: { topic: { type: 'string' } },
  nodes: ['one', 'two', 'three'].map((id) => ({
    id,
    type: 'llm',
    params: { model: MODEL, prompt: `${id} about \${topic}` },
  })),
  edges: [
    { from: 'one', to: 'two' },
    { from: 'two', to: 'three' },
  ],
};

/** Pulls the logs of a fleet, which must be whole. No node has completed twice. */
export async function pulled(fleet: Fleet): Promise<readonly string[]> {
  const { code, stderr } = await fleet.run('pull', '-o', 'logs');
  expect([code, stderr]).toEqual([0, '']);
  const verified = await fleet.run('verify', 'logs');
  expect([verified.code, verified.stderr, verified.stdout]).toEqual([
    0,
    '',
    expect.stringMatching(/: (?:all )?ok\n$/u),
  ]);
  const logs = readdirSync(join(fleet.folder, 'logs')).map((name) =>
    readFileSync(join(fleet.folder, 'logs', name), 'utf8'),
  );
  for (const log of logs) {
    const completed = completedIn(log);
    expect(completed).toEqual([...new Set(completed)]);
  }
  return logs;
}

function completedIn(log: string): string[] {
  return linesOf(log).flatMap(({ type, node, visit, item }) =>
    type === 'node.completed' ? [JSON.stringify([node, visit, item])] : [],
  );
}

export async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A module for `--import`: Node then finds neither of the packages of runs in a database. */
export const WITHOUT_ENGINE = `
import { register } from 'node:module';
const hook = 'export const resolve = (name, context, next) => next(/^(pg|@dbos-inc.dbos-sdk)$/.test(name) ? name + "-absent" : name, context);';
register('data:text/javascript,' + encodeURIComponent(hook));
`;
