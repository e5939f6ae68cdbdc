// Compares two JSON values. The order of object keys does not matter.

/** Deeper than this, only one and the same value counts as equal. */
const DEEPEST = 200;

export function isSameJson(a: unknown, b: unknown, depth = 0): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > DEEPEST)
    return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameJson(valueAt(a, key), valueAt(b, key), depth + 1))
  );
}

function valueAt(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}
