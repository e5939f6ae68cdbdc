// Provides the clocks and random bytes of a log. Passed in, so that tests can replace them.
import { randomBytes } from 'node:crypto';

/** The clock and the random numbers of a log. Replace them to make a run repeatable. */
export interface LogHost {
  /** Wall clock, epoch milliseconds. May jump. */
  now(): number;
  /** Milliseconds since some fixed moment. Durations come from here only. */
  monotonic(): number;
  randomBytes(count: number): Uint8Array;
}

/** The clock and the random numbers of this process. */
export const systemLogHost: LogHost = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  randomBytes: (count) => randomBytes(count),
};
