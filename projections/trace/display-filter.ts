// Makes recorded values fit to be looked at: long strings are cut at every depth. It changes nothing in
// place, and gives the same result object for the same value object.

const MAX_CHARS = 1_000;

const TRUNCATED = '... [truncated]';
const DEEPEST = 200;
const TOO_DEEP = `<nested deeper than ${String(DEEPEST)} levels>`;
const SHOWN_SYSTEM_KEYS: readonly string[] = ['__llm_calls__', '__metrics__'];

export type DisplayFilter = (value: unknown) => unknown;

/** Keys of the store that nodes and people see; system keys start with two underscores. */
export function isShownKey(key: string): boolean {
  return !key.startsWith('__') || SHOWN_SYSTEM_KEYS.includes(key);
}

export function createDisplayFilter(maxChars: number = MAX_CHARS): DisplayFilter {
  const filtered = new WeakMap<object, unknown>();

  const filter = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return cutText(value, maxChars);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return TOO_DEEP;
    const known = filtered.get(value);
    if (known !== undefined) return known;
    const copy = Array.isArray(value)
      ? value.map((inner) => filter(inner, depth + 1))
      : // fromEntries makes own properties, also of `__proto__`.
        Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filter(inner, depth + 1)]));
    filtered.set(value, copy);
    return copy;
  };
  return (value) => filter(value, 0);
}

export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const last = text.charCodeAt(maxChars - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? maxChars - 1 : maxChars) + TRUNCATED;
}
