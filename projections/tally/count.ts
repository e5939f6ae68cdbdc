// Adds whole numbers exactly at any size.

/** A number up to the largest safe integer, a bigint above. */
export type Count = number | bigint;

export function addCounts(a: Count, b: Count): Count {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
}
