// Writes a text as one word of a shell command.

/** Quotes the text where a shell needs it. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
