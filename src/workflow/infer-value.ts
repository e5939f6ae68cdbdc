// Infers the value of a `key=value` argument for an input without a declared type.

/**
 * Returns a boolean, a number, an object, an array, or the text itself. A text becomes a number only if the number is
 * printed as that text, so `007`, `1.10` and long ids stay texts.
 */
export function inferValue(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const number = Number(text);
  if (Number.isFinite(number) && String(number) === text) return number;
  return parseContainer(text) ?? text;
}

/** Parses a JSON object or array. Returns undefined for every other text. */
export function parseContainer(text: string): object | undefined {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
