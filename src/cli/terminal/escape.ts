// Text for a terminal: node output and model answers must not be able to move the cursor, set the title or
// write the clipboard. Control and direction characters are shown by their code point; newline and tab stay.

const UNSAFE = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16).padStart(2, '0')}}`;
  });
}
