// Converts durations to whole nanoseconds and back. Sums of nanoseconds do not depend on their order, and are rounded
// once.
import type { Count } from './count.ts';

export function toNanoseconds(milliseconds: number): Count {
  if (!Number.isFinite(milliseconds)) return 0;
  const nanoseconds = Math.round(milliseconds * 1e6);
  return Number.isSafeInteger(nanoseconds) ? nanoseconds : BigInt(nanoseconds);
}

/** Rounds to milliseconds with at most 2 decimals, half up. */
export function toMilliseconds(nanoseconds: Count): number {
  if (typeof nanoseconds === 'bigint') return Number((nanoseconds + 5_000n) / 10_000n) / 100;
  const half = nanoseconds + 5_000;
  // Subtracted before the division: a quotient just below a whole number would be rounded up to it.
  return (half - (half % 10_000)) / 10_000 / 100;
}

/** Rounds a single duration to at most 2 decimals. */
export function roundedMilliseconds(milliseconds: number): number {
  return toMilliseconds(toNanoseconds(Math.max(0, milliseconds)));
}
