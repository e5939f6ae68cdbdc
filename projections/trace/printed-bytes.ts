// Counts the UTF-8 bytes of a value in a file indented by two spaces.

const INDENT = 2;

/** `depth` is the depth of the value in the file. */
export function printedBytes(value: unknown, depth: number): number {
  const text = JSON.stringify(value, null, INDENT);
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === NEWLINE) bytes += 1 + depth * INDENT;
    else if (unit < 0x80) bytes += 1;
    // Each half of a surrogate pair takes two of its four bytes.
    else bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

const NEWLINE = 0x0a;
