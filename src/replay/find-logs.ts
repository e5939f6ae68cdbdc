// The logs that are meant: files as they were named, of a folder everything below it that is called a log.
import { readdirSync, statSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';
import { PflowError } from '../errors.ts';
import type { UnreadLog } from '../cli/spend/folded-logs.ts';

export interface FoundLog {
  readonly path: string;
  /** Bytes to read, unpacked: what they take of the time. */
  readonly weight: number;
}

export interface FoundLogs {
  /** In the order of the names, those of a folder by path; none twice. */
  readonly logs: readonly FoundLog[];
  /** Folders that could not be looked into. */
  readonly unread: readonly UnreadLog[];
}

const LOG_NAME = /\.ndjson(?:\.gz)?$/u;
/** How many times larger a packed log is when it is unpacked, about. */
const PACKED = 8;

/** Throws FILE_NOT_FOUND for a name that is nothing, LOG_EMPTY where no folder has a log. */
export function findLogs(named: readonly string[]): FoundLogs {
  const logs = new Map<string, FoundLog>();
  const unread: UnreadLog[] = [];
  const find = (path: string, lookInside: boolean): void => {
    const stats = statOf(path);
    if (stats?.isDirectory() !== true)
      logs.set(path, logs.get(path) ?? { path, weight: weightOf(path, stats) });
    else if (lookInside) {
      for (const entry of entriesOf(path, unread)) find(join(path, entry.name), entry.isDirectory());
    }
  };
  for (const path of named) {
    if (statOf(path) === undefined) throw notFound(path);
    find(path, true);
  }
  if (logs.size > 0 || unread.length > 0) return { logs: [...logs.values()], unread };
  throw new PflowError('LOG_EMPTY', `there is no log in ${named.join(', ')}`, {
    hint: 'Logs are files that end in .ndjson or .ndjson.gz.',
  });
}

/** Undefined where there is nothing; null where one may not look, and the reader says why. */
function statOf(path: string): Stats | null | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return null;
  }
}

function weightOf(path: string, stats: Stats | null | undefined): number {
  return (stats?.size ?? 0) * (path.endsWith('.gz') ? PACKED : 1);
}

/** Logs and folders by name. A link to a folder is no folder here: nothing is found in a circle. */
function entriesOf(folder: string, unread: UnreadLog[]): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || LOG_NAME.test(entry.name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    unread.push({ path: folder, why: `the folder "${folder}" cannot be read: ${(error as Error).message}` });
    return [];
  }
}

function notFound(path: string): PflowError {
  return new PflowError('FILE_NOT_FOUND', `the log "${path}" does not exist`, {
    hint: 'Check the path; a relative one starts at the current folder.',
    path,
  });
}
