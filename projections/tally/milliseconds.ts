// Sums of durations that do not depend on the order they were added in: whole nanoseconds, rounded once.
import type { Count } from './count.ts';

export function toNanoseconds(milliseconds: number): Count {
  if (!Number.isFinite(milliseconds)) return 0;
  const nanoseconds = Math.round(milliseconds * 1e6);
  return Number.isSafeInteger(nanoseconds) ? nanoseconds : BigInt(nanoseconds);
}

/** Milliseconds with at most 2 decimals, half up. */
export function toMilliseconds(nanoseconds: Count): number {
  if (typeof nanoseconds === 'bigint') return Number((nanoseconds + 5_000n) / 10_000n) / 100;
  const half = nanoseconds + 5_000;
  // Taken off before the division: a quotient close below a whole number would be rounded up to it.
  return (half - (half % 10_000)) / 10_000 / 100;
}

/** One duration with at most 2 decimals. */
export function roundedMilliseconds(milliseconds: number): number {
  return toMilliseconds(toNanoseconds(Math.max(0, milliseconds)));
}
