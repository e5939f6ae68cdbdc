// Provides the clocks and random bytes of a log. Passed in, so that tests can replace them.
import type * as Crypto from 'node:crypto';
import { hostname } from 'node:os';

/** The process that writes a log. Others can find out whether it still runs. */
export interface LogWriter {
  readonly pid: number;
  /** Hash of the name of its machine. */
  readonly host: string;
}

/** The clock and the random numbers of a log. Replace them to make a run repeatable. */
export interface LogHost {
  /** Wall clock, epoch milliseconds. May jump. */
  now(): number;
  /** Milliseconds since some fixed moment. Durations come from here only. */
  monotonic(): number;
  randomBytes(count: number): Uint8Array;
  /** Recorded in `run.started`; absent: not recorded. */
  writer?(): LogWriter;
}

/** A run without a log needs no random bytes: loading the module takes as long as a tenth of such a run. */
function crypto(): typeof Crypto {
  return process.getBuiltinModule('node:crypto');
}

/** Returns the hash by which logs name this machine. */
export function hashHost(): string {
  return crypto().createHash('sha256').update(hostname()).digest('hex').slice(0, 16);
}

/** The clock and the random numbers of this process. */
export const systemLogHost: LogHost = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  randomBytes: (count) => crypto().randomBytes(count),
  writer: () => ({ pid: process.pid, host: hashHost() }),
};
