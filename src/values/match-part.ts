// Finds where a JSON value lacks a part that is expected of it.

export interface PartMismatch {
  /** `items[2].id`; empty for the whole value. */
  readonly path: string;
  readonly expected: unknown;
  /** Undefined where the value has no such member. */
  readonly found: unknown;
}

/** Values nested deeper match only if they are identical. */
const MAX_DEPTH = 200;

/**
 * Returns undefined when `value` has the `expected` part: an object may have more members, a list has as many items,
 * each of which matches, and everything else is equal. Numbers are compared by value, also with a BigInt.
 */
export function findPartMismatch(
  value: unknown,
  expected: unknown,
  path = '',
  depth = 0,
): PartMismatch | undefined {
  if (isSameScalar(value, expected)) return undefined;
  const mismatch = { path, expected, found: value };
  if (!isContainer(expected) || !isContainer(value) || depth > MAX_DEPTH) return mismatch;
  if (lengthOf(expected) !== lengthOf(value)) return mismatch;
  for (const [key, part] of Object.entries(expected)) {
    const found = Object.hasOwn(value, key) ? value[key] : undefined;
    const inside = findPartMismatch(found, part, pathOf(path, key, Array.isArray(expected)), depth + 1);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function isSameScalar(value: unknown, expected: unknown): boolean {
  if (value === expected) return true;
  const areNumbers = isNumber(value) && isNumber(expected);
  // A BigInt and a number are the same integer although `===` keeps them apart.
  return areNumbers && value >= expected && value <= expected;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Undefined for an object. */
function lengthOf(value: object): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

function pathOf(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
