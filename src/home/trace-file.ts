// Writes traces into the debug folder.
import { join } from 'node:path';
import { PflowError } from '../errors.ts';
import { makeFolder } from '../log/write/log-disk.ts';
import { exactJsonText } from '../values/exact-json.ts';
import { debugFolder } from './paths.ts';
import { createFile } from './write-file.ts';

const MAX_TRIES = 10_000;

/**
 * Writes `document` as JSON and returns the path. The name is the stem and the second of `startedAt` (milliseconds
 * since 1970) in local time. A second file of that name gets a number, so runs never overwrite each other's traces.
 * Throws FILE_UNWRITABLE.
 */
export function writeTraceFile(home: string, stem: string, startedAt: number, document: unknown): string {
  const folder = debugFolder(home);
  const text = `${exactJsonText(document, 2, String) ?? ''}\n`;
  const base = `${stem}-${formatSecond(new Date(startedAt))}`;
  try {
    makeFolder(folder, 0o700);
    for (let number = 1; number <= MAX_TRIES; number += 1) {
      const path = join(folder, number === 1 ? `${base}.json` : `${base}-${String(number)}.json`);
      if (createFile(path, text)) return path;
    }
    throw new Error(`${base}.json and ${String(MAX_TRIES - 1)} more names are in use`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PflowError('FILE_UNWRITABLE', `the trace cannot be saved in ${folder}: ${message}`, {
      hint: 'Set PFLOW_HOME to a folder that can be written.',
      cause: error,
    });
  }
}

/** `20261102-093005`. */
function formatSecond(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear())}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
