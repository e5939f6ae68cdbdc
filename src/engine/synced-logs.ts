// Keeps copies of the logs in a database, for every command that reads files.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PflowError } from '../errors.ts';
import { homeFolder } from '../home/paths.ts';
import { replaceByLonger } from '../home/write-file.ts';
import { formatCount } from '../values/format-count.ts';
import { shellWord } from '../values/shell-word.ts';
import { PROTOCOL } from './database.ts';
import { StoredRuns, type RunState, type StoredRun } from './stored-runs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface SyncedLogs {
  /** Has a file for each run with an event. */
  readonly folder: string;
  readonly runs: readonly StoredRun[];
}

/** Copies of another number are not read: they may be damaged. */
const COPIES = '2';

/**
 * Brings the copies up to date: logs of runs that have ended are not read again. Throws LOG_EMPTY, ENGINE_MISSING,
 * DATABASE_UNAVAILABLE.
 */
export async function syncLogs(url: string, env: Environment): Promise<SyncedLogs> {
  const name = createHash('sha256').update(`${COPIES} ${url}`).digest('hex').slice(0, 16);
  const folder = join(homeFolder(env), 'cache', 'databases', name);
  const stored = await StoredRuns.open(url);
  try {
    const runs = await stored.list();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    let found = 0;
    for (const { run, state } of runs)
      if (state !== 'waiting' && (await syncLog(stored, run, folder))) found += 1;
    if (found === 0) throw emptyError(runs);
    return { folder, runs };
  } finally {
    await stored.close();
  }
}

async function syncLog(stored: StoredRuns, run: string, folder: string): Promise<boolean> {
  const path = join(folder, `${run}.ndjson`);
  const before = readIfThere(path);
  if (hasEnd(before)) return true;
  const log = Buffer.from(await stored.logOf(run));
  if (log.length === 0) {
    rmSync(path, { force: true });
    return false;
  }
  if (!log.equals(before)) replaceByLonger(path, log);
  return true;
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** No event comes after the end of a run. */
function hasEnd(log: Buffer): boolean {
  const last = log.lastIndexOf('\n', log.length - 2) + 1;
  return log.subarray(last).toString().startsWith('{"type":"run.completed"');
}

/** The error LOG_EMPTY of a database in which no run has an event. */
export function emptyError(runs: readonly StoredRun[]): PflowError {
  const what =
    runs.length === 0
      ? 'the database has no run'
      : `no run in the database has an event yet (${countStates(runs)})`;
  return new PflowError('LOG_EMPTY', what, {
    details: [...describeStopped(runs)],
    ...hintFor(runs),
  });
}

/** A worker helps runs that wait for one. The details have the commands for all others. */
function hintFor(runs: readonly StoredRun[]): { readonly hint?: string } {
  if (runs.length === 0) return { hint: 'Submit one: pflow submit.' };
  const isWaiting = runs.some(({ state }) => state === 'waiting' || state === 'running');
  return isWaiting ? { hint: 'Start a worker: pflow worker.' } : {};
}

/** For example `3 waiting, 1 paused`. */
export function countStates(runs: readonly StoredRun[]): string {
  const counts = new Map<RunState, number>();
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${String(count)} ${state}`).join(', ');
}

/** Describes the runs that do not go on by themselves, a line each. */
export function describeStopped(runs: readonly StoredRun[]): readonly string[] {
  const lines = runs.flatMap((run) => describeStop(run) ?? []);
  const shown = lines.slice(0, SHOWN);
  const rest = lines.length - shown.length;
  return rest === 0 ? shown : [...shown, `and ${formatCount(rest, 'run')} more that stopped`];
}

/** Returns undefined for a run that waits for a worker, is executed, or has ended. */
export function describeStop(stopped: StoredRun): string | undefined {
  const { run, state, open, waiting, error, canGoOn = false, protocol } = stopped;
  const goOn = `pflow resume ${run} --db`;
  if (state === 'paused') {
    const reasons = [
      ...(open === undefined ? [] : [`node "${open.node}" was running when its worker ended`]),
      ...(waiting === undefined ? [] : [`node "${waiting}" waits for approval`]),
    ];
    return `run ${run} is paused: ${reasons.join(', and ')}; ${goOn} ${choicesOf(stopped)}`;
  }
  if (state === 'cancelled') return `run ${run} is cancelled; ${goOn} lets it go on`;
  if (state === 'broken') {
    const fault = `run ${run} could not be executed: ${error ?? 'unknown error'}`;
    return canGoOn ? `${fault}; ${goOn} lets it go on` : fault;
  }
  if (protocol !== undefined)
    return `run ${run} waits for a worker of the pflow that submitted it (${protocol}; this one is ${PROTOCOL})`;
  return undefined;
}

/** The flags of `pflow resume` that decide about a paused run. */
function choicesOf(run: Pick<StoredRun, 'open' | 'waiting'>): string {
  const about = (node: string | undefined, first: string, second: string): string[] =>
    node === undefined ? [] : [`--${first} ${shellWord(node)}, or --${second} ${shellWord(node)}`];
  const { open, waiting } = run;
  return [...about(open?.node, 'rerun', 'skip'), ...about(waiting, 'approve', 'deny')].join('; and ');
}

const SHOWN = 20;
