// Creates the log file of a run. An existing file is never opened.
import { dirname, join } from 'node:path';
import { PflowError } from '../../errors.ts';
import type { LogDisk } from './log-disk.ts';
import { diskCode, diskReason } from './log-disk.ts';

export interface LogFile {
  readonly path: string;
  readonly file: number;
}

interface LogFileOptions {
  readonly run: string;
  /** Wall clock, epoch milliseconds. */
  readonly startMs: number;
  /** The file itself, not only its content, must survive a power cut. */
  readonly durable: boolean;
}

/** Opens `path`. A folder, or a path that ends in `/`, gets a file named after the run's start and id. */
export function createLogFile(
  disk: LogDisk,
  given: string,
  { run, startMs, durable }: LogFileOptions,
): LogFile {
  try {
    const path = usesFolder(disk, given) ? join(given, `${startName(startMs)}-${run}.ndjson`) : given;
    const file = disk.create(path);
    if (durable) disk.syncFolder(dirname(path));
    return { path, file };
  } catch (error) {
    throw creationError(given, error);
  }
}

function usesFolder(disk: LogDisk, path: string): boolean {
  const named = /[/\\]$/.test(path);
  if (named) disk.makeFolder(path);
  return named || disk.isFolder(path);
}

function creationError(path: string, error: unknown): PflowError {
  if (diskCode(error) === 'EEXIST' && !path.endsWith('/')) {
    return new PflowError('LOG_EXISTS', `the log "${path}" already exists`, {
      hint: 'A log is never overwritten or added to: give another file, or a folder ("logs/") in which every run gets its own.',
      path,
      cause: error,
    });
  }
  return new PflowError('LOG_UNWRITABLE', `the log "${path}" cannot be created: ${diskReason(error)}`, {
    hint: 'Give a path in a folder that exists and can be written to; a path that ends in "/" makes the folder.',
    path,
    cause: error,
  });
}

/** `20261122-093000`, UTC. */
function startName(epochMs: number): string {
  const safe = Number.isFinite(epochMs) ? Math.min(Math.max(epochMs, 0), 253_402_300_799_999) : 0;
  const iso = new Date(safe).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19).replaceAll(':', '')}`;
}
