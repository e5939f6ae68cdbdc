// Looks at the end of a log, without reading it.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** An end with an error may be longer; then it does not begin here. */
const END_BYTES = 1_024;

/** False also for a file that cannot be read: whatever reads it reports why. */
export function endsInSuccess(path: string): boolean {
  try {
    const line = readEnd(path).trimEnd().split('\n').at(-1) ?? '';
    return line.startsWith('{"type":"run.completed"') && line.includes('"data":{"status":"success"');
  } catch {
    return false;
  }
}

function readEnd(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(END_BYTES);
    const from = Math.max(0, fstatSync(file).size - END_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, END_BYTES, from));
  } finally {
    closeSync(file);
  }
}
