// Sums of whole numbers that are exact at any size.

/** A safe integer as a number, anything above as a bigint. */
export type Count = number | bigint;

export function addCounts(a: Count, b: Count): Count {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
}
