// Undoes escapes of URLs, JSON and HTML, and knows where each character was.
import { isUtf8 } from 'node:buffer';

/** Escapes as no usual encoder writes them once: of every byte, or of an escape itself. */
const UNUSUAL =
  /%25|%5[Cc]|%(?:2[DdEe]|3\d|[46][1-9A-Fa-f]|[57][\dAa]|5[Ff]|7[Ee])|(?:%[0-9A-Fa-f]{2}){4}|(?:\\u00[0-9A-Fa-f]{2}){2}|\\x[0-9A-Fa-f]{2}|\\\\[\\/"u]|&amp;|&#(?!39|34)|=\r?\n/;

/** Found faster than a pattern: most texts hold no such start. */
const STARTS = ['%', '\\u00', '\\x', '\\\\', '&amp;', '&#', '=\r\n', '=\n'];

const ESCAPE =
  /%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+|\\u[0-9A-Fa-f]{4}|\\x[0-7][0-9A-Fa-f]|(?:\\x[89A-Fa-f][0-9A-Fa-f])+|\\["\\/bfnrt]|&#\d{1,9};|&#[xX][0-9A-Fa-f]{1,8};|&(?:amp|lt|gt|quot|apos);|=\r?\n/g;

const SHORT: Readonly<Record<string, string>> = {
  '\\b': '\b',
  '\\f': '\f',
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  // Where quoted-printable text breaks a line.
  '=\n': '',
  '=\r\n': '',
};

/** A text, and where its characters were in the text that it was made of. */
export interface View {
  readonly text: string;
  readonly startOf: (at: number) => number;
  /** Where the character before `end` ends. */
  readonly endOf: (end: number) => number;
}

export function mayHoldEscapes(text: string): boolean {
  if (!['\\', '%', '&', '='].some((start) => text.includes(start))) return false;
  return STARTS.some((start) => text.includes(start)) && UNUSUAL.test(text);
}

export function plainView(text: string): View {
  return { text, startOf: (at) => at, endOf: (end) => end };
}

/** Undoes one level of escapes. Undefined: there are no escapes. */
export function decodeView(view: View): View | undefined {
  const pieces: string[] = [];
  /** By piece: where it begins in the result and in the text, and how long it is there. */
  const starts: number[] = [];
  const sources: number[] = [];
  const lengths: number[] = [];
  let length = 0;
  const add = (piece: string, source: number, sourceLength: number): void => {
    if (piece === '') return;
    pieces.push(piece);
    starts.push(length);
    sources.push(source);
    lengths.push(sourceLength);
    length += piece.length;
  };
  let done = 0;
  for (const { 0: escape, index } of view.text.matchAll(ESCAPE)) {
    add(view.text.slice(done, index), done, index - done);
    add(decode(escape), index, escape.length);
    done = index + escape.length;
  }
  if (done === 0) return undefined;
  add(view.text.slice(done), done, view.text.length - done);
  const pieceAt = (at: number): number => lastAtMost(starts, at);
  const isEscape = (piece: number): boolean => pieces[piece]?.length !== lengths[piece];
  return {
    text: pieces.join(''),
    startOf: (at) => {
      const piece = pieceAt(at);
      const inside = isEscape(piece) ? 0 : at - (starts[piece] ?? 0);
      return view.startOf((sources[piece] ?? 0) + inside);
    },
    endOf: (end) => {
      const piece = pieceAt(end - 1);
      const inside = isEscape(piece) ? (lengths[piece] ?? 0) : end - (starts[piece] ?? 0);
      return view.endOf((sources[piece] ?? 0) + inside);
    },
  };
}

function decode(escape: string): string {
  const short = SHORT[escape];
  if (short !== undefined) return short;
  if (escape.startsWith('%')) return Buffer.from(escape.replaceAll('%', ''), 'hex').toString();
  if (escape.startsWith('\\x')) return textOfBytes(Buffer.from(escape.replaceAll('\\x', ''), 'hex'));
  if (escape.startsWith('\\')) {
    return escape.length === 2 ? escape.slice(1) : String.fromCharCode(Number.parseInt(escape.slice(2), 16));
  }
  const isHex = /^&#[xX]/.test(escape);
  const code = Number.parseInt(escape.slice(isHex ? 3 : 2), isHex ? 16 : 10);
  return code > 0x10_ff_ff ? escape : String.fromCodePoint(code);
}

/** JavaScript escapes characters as `\x`, Python the bytes of UTF-8. */
function textOfBytes(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1');
}

/** The last index whose number is at most `limit`; the numbers rise. */
export function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
