// Writes a trace into the debug folder under the name of its second; a name that is taken gets a number, so
// two runs in one second never overwrite each other.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PflowError } from '../errors.ts';
import { createFile } from './create-file.ts';
import { debugFolder } from './paths.ts';

const MOST_TRIES = 10_000;

/** `startedAt` is milliseconds since 1970; the name is in local time. Returns the path. */
export function writeTraceFile(home: string, stem: string, startedAt: number, document: unknown): string {
  const folder = debugFolder(home);
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  const base = `${stem}-${nameOfSecond(new Date(startedAt))}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let number = 1; number <= MOST_TRIES; number += 1) {
      const path = join(folder, number === 1 ? `${base}.json` : `${base}-${String(number)}.json`);
      if (createFile(path, text)) return path;
    }
    throw new Error(`${base}.json and ${String(MOST_TRIES - 1)} more names are taken`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new PflowError('FILE_UNWRITABLE', `the trace cannot be saved in ${folder}: ${message}`, {
      hint: 'Set PFLOW_HOME to a folder that can be written.',
      cause: error,
    });
  }
}

function nameOfSecond(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear())}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
