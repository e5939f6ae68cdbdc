// What the text of `key=value` means where no type is declared. A text becomes a number only when it is the
// one way to write that number, so `007`, `1.10` and long ids stay the texts that they are.

export function inferValue(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const number = Number(text);
  if (Number.isFinite(number) && String(number) === text) return number;
  return parseContainer(text) ?? text;
}

/** The object or array that a text holds as JSON; undefined for every other text. */
export function parseContainer(text: string): object | undefined {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
