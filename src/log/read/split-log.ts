// Splits logs into parts at line ends, so that several threads can read them. Parses nothing.
import { closeSync, readSync } from 'node:fs';
import { openPlainLog, type PlainLog } from './log-bytes.ts';

/** A part of the log at `path`; both ends are the first bytes of lines. */
export interface PartRange {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

const NEWLINE = 0x0a;
const LOOK_AHEAD_BYTES = 64 * 1024;

/** Splits logs at newlines into parts of about `bytes`. Returns undefined where a log is not an uncompressed file. */
export function splitLogs(paths: readonly string[], bytes: number): readonly PartRange[] | undefined {
  const places: PartRange[] = [];
  const scratch = Buffer.alloc(LOOK_AHEAD_BYTES);
  for (const path of paths) {
    const log = openPlainLog(path);
    if (log === undefined) return undefined;
    try {
      for (let from = 0, to = 0; from < log.size; from = to) {
        to = lineStart(log, from + bytes, scratch);
        places.push({ path, from, to });
      }
    } finally {
      closeSync(log.file);
    }
  }
  return places;
}

/** Offset of the first line that starts at or after `target`. Returns the file size where no line does. */
function lineStart({ file, size }: PlainLog, target: number, scratch: Buffer): number {
  for (let at = target; at < size; at += scratch.length) {
    const count = readSync(file, scratch, 0, scratch.length, at);
    const newline = scratch.subarray(0, count).indexOf(NEWLINE);
    if (newline >= 0) return at + newline + 1;
  }
  return size;
}
