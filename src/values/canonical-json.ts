// Writes equal JSON values as equal texts, for hashes and comparisons.

/** Sorts keys and writes no spaces. Leaves out members that are undefined, as `JSON.stringify` does. */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  let text = '{';
  for (const key of sortKeys(Object.keys(record))) {
    const member = record[key];
    if (member === undefined) continue;
    text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `${text}}`;
}

/** Sorts in place by insertion. That is faster than a general sort for the few keys of most objects. */
function sortKeys(keys: string[]): readonly string[] {
  if (keys.length > 16) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] ?? '';
    let at = end;
    for (let other = keys[at - 1] ?? ''; at > 0 && key < other; other = keys[at - 1] ?? '') {
      keys[at] = other;
      at -= 1;
    }
    keys[at] = key;
  }
  return keys;
}
