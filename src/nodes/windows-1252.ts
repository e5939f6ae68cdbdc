// Decodes Windows-1252, which web pages also call ISO-8859-1 and ASCII. Node.js 20 returns control characters instead
// of its marks between 0x80 and 0x9f.

const MARKS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const FIRST = 0x80;

export function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll(/[\u0080-\u009f]/g, (character) => MARKS.charAt(character.charCodeAt(0) - FIRST));
}
