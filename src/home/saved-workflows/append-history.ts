// Appends a line to the history of a saved workflow. Loads no schema, so that recording a run stays cheap.
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { isLog } from '../../files/is-log.ts';
import type { HistoryLine } from './history.ts';

const NEWLINE = 0x0a;

/** Appends in one write. Throws what the file system throws. */
export function appendHistory(path: string, line: HistoryLine): void {
  if (isLog(path)) throw new Error(`${path} is a log`);
  const file = openSync(path, 'a+', 0o600);
  try {
    const start = endsWithPartialLine(file) ? '\n' : '';
    const bytes = Buffer.from(`${start}${JSON.stringify(line)}\n`);
    const written = writeSync(file, bytes);
    if (written < bytes.length) throw new Error('only a part of the line was written');
  } finally {
    closeSync(file);
  }
}

/** True if a full disk has cut the last line. The new line must not become a part of it. */
function endsWithPartialLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}
