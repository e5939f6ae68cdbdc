// Provides the clocks and random bytes of a log. Passed in, so that tests can replace them.
import { createHash, randomBytes } from 'node:crypto';
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

/** Returns the hash by which logs name this machine. */
export function hashHost(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 16);
}

/** The clock and the random numbers of this process. */
export const systemLogHost: LogHost = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  randomBytes: (count) => randomBytes(count),
  writer: () => ({ pid: process.pid, host: hashHost() }),
};
