// Finds secrets that are written byte by byte, each byte as a number: `73 6b 2d`, `[115, 107, 45]`, `\163\153\055`.
// Most texts hold no such list, which is found out by looking at a few of their characters.
import { FormIndex } from './form-index.ts';

const SEPARATOR = 16;
const OTHER = 17;
/** By character: the value of a digit, or what else it may be. Reads within an array are the fastest. */
const KINDS = new Uint8Array(65_536).fill(OTHER);
// `0x`, `\x`, `\u{`, `U+` and `&#` are prefixes of numbers.
for (const mark of ' \t\r\n,;:-\\%=&#{}xXuU+') KINDS[mark.charCodeAt(0)] = SEPARATOR;
for (const digit of '0123456789abcdefABCDEF') KINDS[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

const kindAt = (text: string, at: number): number => KINDS[text.charCodeAt(at)] ?? OTHER;

/** A few characters are looked at first. */
const STRIDE = 7;

/** The characters of a list of so many bytes: two digits are the fewest for a byte. */
const lengthOf = (bytes: number): number => 2 * bytes + 1;

/** Where the next list of so many characters begins; -1 if no other comes. */
function nextList(text: string, from: number, length: number): number {
  let start = from;
  while (start + length <= text.length) {
    const end = start + length - 1;
    const sampled = lastOther(text, start, end, STRIDE);
    // A character that is not in a list rules out all starts before it.
    const at = sampled < start ? lastOther(text, start, end, 1) : sampled;
    if (at < start) return start;
    start = at + 1;
  }
  return -1;
}

/** The last character up to `end` that is in no list; else less than `start`. */
function lastOther(text: string, start: number, end: number, step: number): number {
  let at = end;
  while (at >= start && kindAt(text, at) !== OTHER) at -= step;
  return at;
}

export interface ListedForm {
  readonly start: number;
  readonly end: number;
  readonly form: string;
}

const NOTHING: readonly ListedForm[] = [];

export class ByteLists {
  private readonly index: FormIndex;
  private readonly fewest: number;
  private readonly streaks: Streaks;

  /** `secrets` have a character for each byte. */
  constructor(secrets: readonly string[]) {
    this.index = new FormIndex(secrets);
    this.fewest = secrets.reduce((least, { length }) => Math.min(least, length), Infinity);
    this.streaks = new Streaks(secrets, this.fewest);
  }

  /** Lists the places of secrets, in order. */
  find(text: string): readonly ListedForm[] {
    const length = lengthOf(this.fewest);
    let start = nextList(text, 0, length);
    if (start < 0) return NOTHING;
    const found: ListedForm[] = [];
    for (; start >= 0; start = nextList(text, start, length)) {
      let end = start + length;
      while (end < text.length && kindAt(text, end) !== OTHER) end += 1;
      if (this.streaks.occur(text, start, end)) addForms(found, numbersIn(text, start, end), this.index);
      start = end;
    }
    return found.sort((a, b) => a.start - b.start);
  }
}

/** Counts successive numbers that may be bytes of a secret, by their base. Far faster than reading them. */
class Streaks {
  /** Which bytes occur in a secret. */
  private readonly known = new Uint8Array(256);
  private readonly fewest: number;
  private hex = 0;
  private decimal = 0;
  private octal = 0;
  private binary = 0;

  constructor(secrets: readonly string[], fewest: number) {
    this.fewest = fewest;
    for (const secret of secrets) {
      for (let at = 0; at < secret.length; at += 1) this.known[secret.charCodeAt(at)] = 1;
    }
  }

  occur(text: string, start: number, end: number): boolean {
    this.hex = this.decimal = this.octal = this.binary = 0;
    for (let at = start; at < end;) {
      const from = at;
      while (at < end && kindAt(text, at) < SEPARATOR) at += 1;
      if (at === from) at += 1;
      else if (this.isReached(text, from, at)) return true;
    }
    return false;
  }

  private isReached(text: string, from: number, to: number): boolean {
    const length = to - from;
    if (this.addHex(text, from, to)) return true;
    this.decimal = this.next(this.decimal, valueOf(text, from, to, 10));
    this.octal = this.next(this.octal, length === 3 ? valueOf(text, from, to, 8) : 0);
    this.binary = this.next(this.binary, length === 8 ? valueOf(text, from, to, 2) : 0);
    return Math.max(this.decimal, this.octal, this.binary) >= this.fewest;
  }

  private next(streak: number, byte: number): number {
    return this.known[byte] === 1 ? streak + 1 : 0;
  }

  private addHex(text: string, from: number, to: number): boolean {
    if ((to - from) % 2 === 1) {
      if (to - from > 1 || kindAt(text, from) > 0) this.hex = 0;
      return false;
    }
    for (let at = from; at < to; at += 2) {
      const byte = kindAt(text, at) * 16 + kindAt(text, at + 1);
      if (byte > 0) this.hex = this.next(this.hex, byte);
      if (this.hex >= this.fewest) return true;
    }
    return false;
  }
}

/** More than 255 for digits that are no byte. */
function valueOf(text: string, from: number, to: number, base: number): number {
  let value = 0;
  for (let at = from; at < to && value < 256; at += 1) {
    const digit = kindAt(text, at);
    if (digit >= base) return 256;
    value = value * base + digit;
  }
  return value;
}

interface WrittenNumber {
  readonly start: number;
  readonly digits: string;
}

function numbersIn(text: string, start: number, end: number): readonly WrittenNumber[] {
  const numbers: WrittenNumber[] = [];
  for (let at = start; at < end;) {
    const from = at;
    while (at < end && kindAt(text, at) < SEPARATOR) at += 1;
    if (at > from) numbers.push({ start: from, digits: text.slice(from, at) });
    else at += 1;
  }
  return numbers;
}

/** Bytes of a number; undefined for one that is no byte. A 0 is left out: it is part of a prefix or of a wide byte. */
type Reading = (digits: string) => readonly number[] | undefined;

const READINGS: readonly Reading[] = [
  (digits) => {
    if (digits.length % 2 === 1) return digits === '0' ? [] : undefined;
    return [...Buffer.from(digits, 'hex')].filter((byte) => byte > 0);
  },
  (digits) => byteOf(digits, 10),
  (digits) => (digits.length === 3 ? byteOf(digits, 8) : undefined),
  (digits) => (digits.length === 8 ? byteOf(digits, 2) : undefined),
];

function byteOf(digits: string, base: number): readonly number[] | undefined {
  const byte = valueOf(digits, 0, digits.length, base);
  return byte > 255 ? undefined : [byte];
}

function addForms(found: ListedForm[], numbers: readonly WrittenNumber[], index: FormIndex): void {
  for (const reading of READINGS) {
    let bytes: string[] = [];
    let places: number[] = [];
    const search = (): void => {
      for (const { start, form } of index.find(bytes.join(''))) {
        const first = numbers[places[start] ?? 0];
        const last = numbers[places[start + form.length - 1] ?? 0];
        if (first !== undefined && last !== undefined)
          found.push({ start: first.start, end: last.start + last.digits.length, form });
      }
      bytes = [];
      places = [];
    };
    for (const [place, { digits }] of numbers.entries()) {
      const read = reading(digits);
      if (read === undefined) search();
      for (const byte of read ?? []) {
        bytes.push(String.fromCharCode(byte));
        places.push(place);
      }
    }
    search();
  }
}
