// Shortens recorded values for display: truncates long strings at every depth. Changes nothing in place, and returns
// the same object for the same value object.

const MAX_CHARS = 1_000;

const TRUNCATED = '... [truncated]';
const MAX_DEPTH = 200;
const TOO_DEEP = `<nested deeper than ${String(MAX_DEPTH)} levels>`;
const SHOWN_SYSTEM_KEYS: readonly string[] = ['__llm_calls__', '__metrics__'];

export type DisplayFilter = (value: unknown) => unknown;

/** True for keys of the store that displays show. System keys start with two underscores. */
export function isShownKey(key: string): boolean {
  return !key.startsWith('__') || SHOWN_SYSTEM_KEYS.includes(key);
}

export function createDisplayFilter(maxChars: number = MAX_CHARS): DisplayFilter {
  const filtered = new WeakMap<object, unknown>();

  const filter = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return truncate(value, maxChars);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return TOO_DEEP;
    const known = filtered.get(value);
    if (known !== undefined) return known;
    const copy = Array.isArray(value)
      ? value.map((inner) => filter(inner, depth + 1))
      : // fromEntries creates own properties, also for `__proto__`.
        Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filter(inner, depth + 1)]));
    filtered.set(value, copy);
    return copy;
  };
  return (value) => filter(value, 0);
}

export function truncate(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? maxChars - 1 : maxChars) + TRUNCATED;
}
