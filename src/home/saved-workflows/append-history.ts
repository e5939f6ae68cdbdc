// Adds a line to the history of a saved workflow, in one write. Loads no schema, so that counting a run stays cheap.
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { HistoryLine } from './history.ts';

const NEWLINE = 0x0a;

/** Throws what the file system throws. */
export function appendHistory(path: string, line: HistoryLine): void {
  const file = openSync(path, 'a+', 0o600);
  try {
    const start = endsInside(file) ? '\n' : '';
    const bytes = Buffer.from(`${start}${JSON.stringify(line)}\n`);
    const written = writeSync(file, bytes);
    if (written < bytes.length) throw new Error('the disk took only a part of a line');
  } finally {
    closeSync(file);
  }
}

/** A line that a full disk has cut must not swallow the next one. */
function endsInside(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}
