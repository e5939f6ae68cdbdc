// Finds out whether a file is a log of pflow, which nothing may replace: its events cannot be made again.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';

const LINE_START = /^(?:\uFEFF)?\{"type": ?"[^"\\]*", ?"seq": ?\d+, ?"run": ?"/u;
const HEAD_BYTES = 512;

/** Follows links. False for a path that does not exist or cannot be read, and for pipes and devices. */
export function isLog(path: string): boolean {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    return isHeadOfLog(readHead(path), path);
  } catch {
    return false;
  }
}

function readHead(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function isHeadOfLog(head: Buffer, path: string): boolean {
  if (!(head[0] === 0x1f && head[1] === 0x8b)) return LINE_START.test(head.toString('utf8'));
  try {
    const start = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    return LINE_START.test(start.toString('utf8'));
  } catch {
    // Not even its first bytes can be unpacked.
    return path.endsWith('.ndjson.gz');
  }
}
