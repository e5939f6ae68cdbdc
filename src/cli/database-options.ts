// Defines the options of commands that can use a database instead of files.
import type { Command } from 'commander';
import type { StoredRun } from '../engine/stored-runs.ts';
import type { SyncedLogs } from '../engine/synced-logs.ts';
import { PflowError } from '../errors.ts';
import type { Terminal } from './terminal/terminal.ts';

export interface DatabaseFlags {
  readonly db?: boolean;
  readonly database?: string;
}

export function addDatabaseOptions(command: Command): Command {
  return command
    .option('--db', 'in the database of PFLOW_DATABASE_URL, or of pflow worker --dev, instead of in files')
    .option('--database <url>', 'in this PostgreSQL database instead of in files');
}

export function namesDatabase({ db, database }: DatabaseFlags): boolean {
  return db === true || database !== undefined;
}

const URL_OF_DATABASE = /^postgres(?:ql)?:\/\//u;

interface ReadDatabases {
  /** The first argument is a run; only the ones after it can be databases. */
  readonly runFirst?: boolean;
  /** Called with the runs of each database. */
  readonly onRuns?: (runs: readonly StoredRun[]) => Promise<void>;
}

/**
 * Lets a command read logs in a database. `postgres://…` in place of a file, and `--db`, become the folder with copies
 * of the logs.
 */
export function readDatabases(
  command: Command,
  { runFirst = false, onRuns = () => Promise.resolve() }: ReadDatabases = {},
): Command {
  return addDatabaseOptions(command).hook('preAction', async (_command, action) => {
    const processedArgs: unknown[] = action.processedArgs;
    const flags: DatabaseFlags = action.opts();
    const sync = async (given: string | undefined): Promise<string> => {
      const { folder, runs } = await copyLogs(given);
      await onRuns(runs);
      return folder;
    };
    const logs: unknown = processedArgs.at(-1);
    for (const list of [processedArgs, ...(Array.isArray(logs) ? [logs as unknown[]] : [])]) {
      for (const [index, value] of list.entries()) {
        if (runFirst && list === processedArgs && index === 0) continue;
        if (typeof value === 'string' && URL_OF_DATABASE.test(value)) list[index] = await sync(value);
      }
    }
    if (!namesDatabase(flags)) return;
    const folder = await sync(flags.database);
    if (Array.isArray(logs)) logs.push(folder);
    else processedArgs[processedArgs.length - 1] = [folder];
  });
}

/** Returns the folder with copies of the logs where a database is named. */
export async function findDatabaseFolder(
  flags: DatabaseFlags,
  log: string | undefined,
): Promise<string | undefined> {
  const isAddress = log !== undefined && URL_OF_DATABASE.test(log);
  if (!namesDatabase(flags) && !isAddress) return undefined;
  return (await copyLogs(isAddress ? log : flags.database)).folder;
}

/** Replaces addresses of databases among runs and logs by folders with copies of their logs. */
export async function replaceDatabases(words: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    words.map(async (word) => (URL_OF_DATABASE.test(word) ? (await copyLogs(word)).folder : word)),
  );
}

async function copyLogs(given: string | undefined): Promise<SyncedLogs> {
  const { databaseUrl } = await import('../engine/database.ts');
  const { syncLogs } = await import('../engine/synced-logs.ts');
  return syncLogs(databaseUrl(given, process.env), process.env);
}

/** Returns what a run that has not ended waits for. */
export async function stateIn(runs: readonly StoredRun[], id: string): Promise<string | undefined> {
  const found = runs.find(({ run }) => run === id);
  if (found === undefined || found.state === 'ended') return undefined;
  const { describeStop } = await import('../engine/synced-logs.ts');
  return describeStop(found) ?? `run ${id} is ${found.state} in the database`;
}

/** The error of a run that is in the database, and not in a log. Undefined for one that is not there. */
export async function noEventError(
  runs: readonly StoredRun[],
  reference: string,
): Promise<PflowError | undefined> {
  const [found, ...others] = runs.filter(({ run }) => run.startsWith(reference));
  if (found === undefined || others.length > 0) return undefined;
  const state = await stateIn(runs, found.run);
  return new PflowError('LOG_EMPTY', `run ${found.run} has no event yet`, {
    details: state === undefined ? [] : [state],
  });
}

/** Prints what happens to the runs that are not read from their logs. */
export async function printStates(runs: readonly StoredRun[], terminal: Terminal): Promise<void> {
  const { countStates, describeStopped } = await import('../engine/synced-logs.ts');
  terminal.err(`note   runs in the database: ${countStates(runs)}\n`);
  for (const line of describeStopped(runs)) terminal.err(`note   ${line}\n`);
}
