// Looks at the end of a log, without reading it.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** An end with an error may be longer; then it does not begin here. */
const END_BYTES = 16 * 1_024;

export interface EndOfLog {
  /** False also for a file that cannot be read: whatever reads it reports why. */
  readonly isSuccess: boolean;
  /** The node of the outermost workflow that probably failed the run. */
  readonly failedNode?: string;
}

export function readLogEnd(path: string): EndOfLog {
  const lines = readEnd(path).trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  if (last.startsWith('{"type":"run.completed"') && last.includes('"data":{"status":"success"')) {
    return { isSuccess: true };
  }
  const failed = lines.findLast((line) => line.startsWith('{"type":"node.failed"')) ?? '';
  const [, failedNode] = /"node":"([\w-]+)/u.exec(failed) ?? [];
  return failedNode === undefined ? { isSuccess: false } : { isSuccess: false, failedNode };
}

function readEnd(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(END_BYTES);
      const from = Math.max(0, fstatSync(file).size - END_BYTES);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, END_BYTES, from));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
