// Infers the value of a `key=value` argument for an input without a declared type.
import { JsonNumberError, parseExactJson } from '../values/exact-json.ts';

/**
 * Returns a boolean, a number, a BigInt, an object, an array, or the text itself. A text becomes a number only if the
 * number is printed as that text, so `007` and `1.10` stay texts. Throws JsonNumberError as `parseContainer` does.
 */
export function inferValue(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const number = Number(text);
  if (Number.isFinite(number) && String(number) === text) return number;
  if (isLongInteger(text)) return BigInt(text);
  return parseContainer(text) ?? text;
}

/** True for an integer that a number cannot hold exactly, without leading zeros. */
function isLongInteger(text: string): boolean {
  return text.length > 15 && /^-?[1-9]\d*$/.test(text);
}

/**
 * Parses a JSON object or array. Returns undefined for every other text. Throws JsonNumberError for a number that is
 * too large to be kept, such as `1e400`.
 */
export function parseContainer(text: string): object | undefined {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const first = json.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    return parseExactJson(json) as object;
  } catch (error) {
    if (error instanceof JsonNumberError) throw error;
    return undefined;
  }
}
