// Finds log files: files as they are named, and everything below a folder whose name is that of a log.
import { readdirSync, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { PflowError } from '../errors.ts';
import { FileTable } from './file-table.ts';
import { realPathOf } from '../home/existing-path.ts';
import { missingLogError } from '../log/read/missing-log-error.ts';

/** A log file to read. */
export interface FoundLog {
  readonly path: string;
  /** Bytes to read, unpacked: estimated for packed logs. */
  readonly weight: number;
  /** The file was found in a folder and not named itself. */
  readonly isFound: boolean;
  /** Of a regular file: different for every file, and for a file that was changed. */
  readonly identity?: string | undefined;
  /** When it was last changed, in milliseconds since 1970. Of a regular file. */
  readonly changed_ms?: number | undefined;
}

export interface UnreadLog {
  readonly path: string;
  /** A whole clause that names the path. */
  readonly why: string;
}

/** The logs that given paths lead to. */
export interface FoundLogs {
  /** In the order of the names, those of a folder by path; each file once. */
  readonly logs: readonly FoundLog[];
  /** Folders that cannot be read. */
  readonly unread: readonly UnreadLog[];
  /** Links that were skipped, and folders without a log: one text each. */
  readonly notes: readonly string[];
  /** A row for each log, in their order. */
  readonly files: FileTable;
}

const LOG_NAME = /\.ndjson(?:\.gz)?$/u;
/** How many times larger a packed log is when it is unpacked, about. */
const UNPACKED_FACTOR = 8;

/** Checks whether logs are read from stdin (`-`). Throws `USAGE` for `-` together with other names. */
export function isStdin(named: readonly string[]): boolean {
  if (!named.includes('-')) return false;
  if (named.length === 1) return true;
  throw new PflowError('USAGE', '- means stdin and cannot be combined with files', {
    hint: 'Pipe all of them: cat a.ndjson b.ndjson | pflow replay -',
  });
}

/**
 * Finds the logs at `named`: files, and folders with everything below them that ends in `.ndjson` or `.ndjson.gz`. A
 * link that is named itself is followed; links inside folders are skipped. Throws `FILE_NOT_FOUND` for a name that does
 * not exist, and `LOG_EMPTY` if no folder has a log.
 */
export function findLogs(named: readonly string[]): FoundLogs {
  const finder = new LogFinder();
  for (const path of named) finder.addNamed(path);
  const { logs, unread, notes, files } = finder;
  if (logs.length > 0 || unread.length > 0) return { logs, unread, notes, files };
  throw new PflowError('LOG_EMPTY', `there is no log in ${named.join(', ')}`, {
    hint: 'Logs are files that end in .ndjson or .ndjson.gz.',
  });
}

/** Its identity is a text only where one is needed: there may be many logs. */
class FoundFile implements FoundLog {
  readonly path: string;
  readonly weight: number;
  readonly isFound: boolean;
  private readonly files: FileTable;
  private readonly row: number;

  constructor(path: string, stats: BigIntStats | null | undefined, isFound: boolean, files: FileTable) {
    this.path = path;
    this.weight = Number(stats?.size ?? 0) * (path.endsWith('.gz') ? UNPACKED_FACTOR : 1);
    this.isFound = isFound;
    this.files = files;
    this.row = files.add(stats);
  }

  get identity(): string | undefined {
    return this.files.isFile(this.row) ? this.files.textOf(this.row) : undefined;
  }

  get changed_ms(): number | undefined {
    return this.files.isFile(this.row) ? this.files.changedMs(this.row) : undefined;
  }
}

/** Finds each file once. Names in a folder are different: only the folder is remembered, and not each path. */
class LogFinder {
  readonly logs: FoundLog[] = [];
  readonly unread: UnreadLog[] = [];
  readonly notes: string[] = [];
  readonly files = new FileTable();
  /** Real paths of files that were named, and of folders whose entries were found. */
  private readonly namedFiles = new Set<string>();
  private readonly folders = new Set<string>();

  addNamed(path: string): void {
    const stats = statOf(path);
    if (stats === undefined) throw missingLogError(path);
    if (stats?.isDirectory() !== true) this.addNamedFile(path, realPathOf(path), stats);
    else if (!this.addFolder(path, realPathOf(path))) this.notes.push(`there is no log in ${path}`);
  }

  private addNamedFile(path: string, realPath: string, stats: BigIntStats | null): void {
    const isLog = stats?.isFile() === true && LOG_NAME.test(realPath);
    if ((isLog && this.folders.has(dirname(realPath))) || this.namedFiles.has(realPath)) return;
    this.namedFiles.add(realPath);
    this.logs.push(new FoundFile(path, stats, false, this.files));
  }

  /** Returns whether anything in the folder is a log or cannot be read. */
  private addFolder(folder: string, realFolder: string): boolean {
    const entries = this.entriesOf(folder);
    if (entries === undefined) return true;
    const isKnown = this.folders.has(realFolder);
    this.folders.add(realFolder);
    const start = pathBefore(folder);
    let found = false;
    for (const entry of entries) {
      const path = start + entry.name;
      if (entry.isSymbolicLink()) this.noteLink(path);
      else if (entry.isDirectory()) found = this.addFolder(path, join(realFolder, entry.name)) || found;
      else if (entry.isFile() && LOG_NAME.test(entry.name)) {
        if (!isKnown && !this.isNamed(realFolder, entry.name))
          this.logs.push(new FoundFile(path, statOf(path), true, this.files));
        found = true;
      }
    }
    return found;
  }

  private isNamed(realFolder: string, name: string): boolean {
    return this.namedFiles.size > 0 && this.namedFiles.has(join(realFolder, name));
  }

  /** Does not follow links, so that each log is found once and the search ends. */
  private noteLink(path: string): void {
    const target = statOf(path);
    if (target?.isDirectory() !== true && !LOG_NAME.test(path)) return;
    this.notes.push(`${path} is a symbolic link${target === undefined ? ' to nothing' : ''}, skipped`);
  }

  private entriesOf(folder: string): Dirent[] | undefined {
    try {
      return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      const why = `the folder "${folder}" cannot be read: ${(error as Error).message}`;
      this.unread.push({ path: folder, why });
      return undefined;
    }
  }
}

/** Undefined if nothing is there; null if that cannot be checked: whatever reads the path reports why. */
function statOf(path: string): BigIntStats | null | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false, bigint: true });
  } catch {
    return null;
  }
}

/** What precedes the names in a folder. Joining each path would take as long as looking at its file. */
function pathBefore(folder: string): string {
  return join(folder, 'x').slice(0, -1);
}
