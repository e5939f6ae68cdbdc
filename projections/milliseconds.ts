// Sums of durations that do not depend on the order they were added in: whole nanoseconds, rounded once.

export function toNanoseconds(milliseconds: number): bigint {
  return Number.isFinite(milliseconds) ? BigInt(Math.round(milliseconds * 1e6)) : 0n;
}

/** Milliseconds with at most 2 decimals, half up. */
export function toMilliseconds(nanoseconds: bigint): number {
  return Number((nanoseconds + 5_000n) / 10_000n) / 100;
}

/** One duration with at most 2 decimals. */
export function roundedMilliseconds(milliseconds: number): number {
  return toMilliseconds(toNanoseconds(Math.max(0, milliseconds)));
}
