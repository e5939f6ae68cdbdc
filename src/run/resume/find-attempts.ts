// Finds other attempts beside a log: the run that it continues, and runs that continue it. Reads the first line of each
// log in the folder.
import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { present } from '../../values/present.ts';

export interface LogHead {
  readonly path: string;
  readonly run: string;
  readonly at: string;
  /** The run that it continues, if it does. */
  readonly resumedFrom?: string;
}

/** `resumed_from` precedes the content of a first line, which may be long. */
const HEAD_BYTES = 16 * 1024;
const LOG_NAME = /\.ndjson(?:\.gz)?$/u;

/** Lists the logs in the folder of `path`, without those that cannot be read. */
export function listLogHeads(path: string): readonly LogHead[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .filter((name) => LOG_NAME.test(name))
    .flatMap((name) => {
      const head = readHead(join(folder, name));
      return head === undefined ? [] : [head];
    });
}

function readHead(path: string): LogHead | undefined {
  try {
    const [line = ''] = readStart(path).split('\n', 1);
    const [, run, at] =
      /^\{"type":"run\.started","seq":0,"run":"([^"\\]+)","at":"([^"\\]+)"/u.exec(line) ?? [];
    if (run === undefined || at === undefined) return undefined;
    // Quotes in texts are escaped; the inputs and the workflow are objects that may hold anything.
    const [facts = ''] = line.split(/,"(?:inputs|ir)":\{/u, 1);
    const [, resumedFrom] = /"resumed_from":\{"run":"([^"\\]+)"/u.exec(facts) ?? [];
    return { path, run, at, ...present({ resumedFrom }) };
  } catch {
    return undefined;
  }
}

function readStart(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const start = bytes.subarray(0, readSync(file, bytes, 0, HEAD_BYTES, 0));
    return (isGzip(start) ? gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }) : start).toString();
  } finally {
    closeSync(file);
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
