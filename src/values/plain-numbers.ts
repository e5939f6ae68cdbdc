// Replaces BigInts for code that knows numbers only, such as the schema compiler.

/** Copies only what holds a BigInt. A limit such as `"maximum": 9223372036854775807` loses digits that no number has. */
export function withPlainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(withPlainNumbers);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value).map(([key, member]) => [key, withPlainNumbers(member)] as const);
  const record = value as Readonly<Record<string, unknown>>;
  return entries.every(([key, member]) => member === record[key]) ? value : Object.fromEntries(entries);
}
