// Keeps two processes from resuming a run at once: both would run its nodes, and pay for their calls.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PflowError } from '../../errors.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import { hashHost } from '../../log/write/log-host.ts';
import { isWriterAlive } from '../../replay/live-writer.ts';
import { fieldsOf } from '../../values/json-fields.ts';
import { shellPath } from '../../values/shell-word.ts';
import type { EarlierLog } from './read-earlier.ts';

export interface ResumeLock {
  /** Lets others resume the run. Does nothing the second time. */
  release(): void;
}

/** Of a plan, which runs nothing, and of parts, which may run side by side. */
export const NO_LOCK: ResumeLock = { release: () => undefined };

/** Who has a lock, as its file states it. A file that is not complete yet states nothing. */
interface Holder {
  readonly id?: string;
  readonly pid?: number;
  readonly host?: string;
  readonly started_at?: string;
}

interface DeadLock {
  readonly file: string;
  readonly id: string | undefined;
}

/** Ids of the locks of this process. In a container that starts again, its number may be that of a dead one. */
const locks = new Set<string>();

const NOT_WRITABLE = new Set<unknown>(['EACCES', 'EPERM', 'EROFS']);

/**
 * Takes the lock of a run, a file beside its log. What decides about the run has to be read afterwards.
 *
 * The file of a dead process is not replaced, since two processes might do so in turn: the lock continues in a file
 * that is named after the dead one, and which only one process can create.
 *
 * Throws RUN_ACTIVE while another process has the lock. In a folder that cannot be written there is no lock.
 */
export function lockResume({ path, run }: EarlierLog): ResumeLock {
  const first = join(dirname(path), `.${encodeURIComponent(run).slice(0, 80)}.resuming`);
  const own = { id: randomUUID(), pid: process.pid, host: hashHost(), started_at: new Date().toISOString() };
  let dead: readonly DeadLock[] = [];
  for (;;) {
    const before = dead.at(-1);
    const file = before === undefined ? first : `${first}-${String(before.id)}`;
    const outcome = createFile(file, JSON.stringify(own));
    if (outcome === 'not writable') return NO_LOCK;
    if (outcome === 'created') {
      if (dead.every((lock) => readHolder(lock.file)?.id === lock.id))
        return lockOf(own.id, [...dead.map((lock) => lock.file), file]);
      // A process that had taken over has ended meanwhile, and has removed the files before this one.
      rmSync(file, { force: true });
    }
    const holder = outcome === 'created' ? undefined : readHolder(file);
    if (holder !== undefined && isHeld(holder)) throw resumingError(run, file, holder);
    dead = holder === undefined ? [] : [...dead, { file, id: holder.id }];
  }
}

/** Releases the lock once other processes find the log of the resumed run. */
export function releaseWhenVisible(lock: ResumeLock, { path }: EarlierLog, log: EventLog | undefined): void {
  const place = log?.state.path;
  // Runs in other folders are not found.
  if (log === undefined || place === undefined || dirname(resolve(place)) !== dirname(resolve(path))) return;
  const stop = log.follow(() => {
    stop();
    lock.release();
  });
}

/** Removes the last file last: as long as it exists, no other process takes over. */
function lockOf(id: string, files: readonly string[]): ResumeLock {
  const left = [...files];
  locks.add(id);
  return {
    release: () => {
      locks.delete(id);
      for (const file of left.splice(0)) rmSync(file, { force: true });
    },
  };
}

function createFile(path: string, text: string): 'created' | 'exists' | 'not writable' {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
    return 'created';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'exists';
    if (NOT_WRITABLE.has(code)) return 'not writable';
    throw new PflowError('FILE_UNWRITABLE', `the lock ${path} cannot be written: ${message}`, {
      hint: 'It keeps two processes from resuming the same run.',
      cause: error,
    });
  }
}

/** Undefined for a file that is gone. */
function readHolder(path: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return {};
  }
  try {
    return fieldsOf(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}

/** A process of another machine cannot be looked at. */
function isHeld({ id = '', pid, host, started_at = '' }: Holder): boolean {
  if (pid === undefined || host !== hashHost()) return true;
  return pid === process.pid ? locks.has(id) : isWriterAlive({ pid, host, started_at });
}

function resumingError(run: string, file: string, { pid, host }: Holder): PflowError {
  const where =
    pid === undefined
      ? 'another process'
      : `process ${String(pid)}${host === hashHost() ? '' : ' of another machine'}`;
  return new PflowError('RUN_ACTIVE', `run ${run} is being resumed by ${where}`, {
    hint: `Wait until it has ended. If it is no run of pflow, delete the lock: rm ${shellPath(file)}`,
    path: file,
  });
}
