// What a log takes from the outside: two clocks and chance. Handed in, so that tests can lie about them.
import { randomBytes } from 'node:crypto';

export interface LogHost {
  /** Wall clock, epoch milliseconds. May jump. */
  now(): number;
  /** Milliseconds since some fixed moment. Durations come from here only. */
  monotonic(): number;
  randomBytes(count: number): Uint8Array;
}

export const systemLogHost: LogHost = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  randomBytes: (count) => randomBytes(count),
};
