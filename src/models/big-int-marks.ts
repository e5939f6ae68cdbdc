// Hands integers that a number cannot hold through code that writes numbers only.

/** Begins with a private character, which texts of users do not have. */
const MARK = '\uE000integer:';

/** Returns the schema with placeholders for BigInts, which the SDK cannot write. */
export function markBigInts(schema: unknown): unknown {
  return replaceBigInts(schema, (integer) => `${MARK}${String(integer)}`);
}

/** Returns the JSON text with the digits in place of `markBigInts`. */
export function unmarkBigInts(json: string): string {
  return json.includes(MARK) ? json.replaceAll(/"\uE000integer:(-?\d+)"/gu, '$1') : json;
}

function replaceBigInts(value: unknown, replace: (integer: bigint) => unknown): unknown {
  if (typeof value === 'bigint') return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceBigInts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, replaceBigInts(member, replace)]),
  );
}
