// Finds secrets that are written byte by byte, each byte as a number: `73 6b 2d`, `[115, 107, 45]`, `\163\153\055`.
// A list of a secret is longer than the distance of two samples, so only numbers at samples are read, and those next to
// them while they follow each other in a secret.
import { FormIndex } from './form-index.ts';

const SEPARATOR = 16;
const OTHER = 17;
/** By character: the value of a digit, or what else it may be. Reads within an array are the fastest. */
const KINDS = new Uint8Array(65_536).fill(OTHER);
// `0x`, `\x`, `\u{`, `U+` and `&#` are prefixes of numbers. JSON has digits in quotes.
for (const mark of ' \t\r\n,;:-\\%=&#{}xXuU+"\'') KINDS[mark.charCodeAt(0)] = SEPARATOR;
for (const digit of '0123456789abcdefABCDEF') KINDS[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

/** Not read behind the end: the engine would give up its fast reads. */
function kindAt(text: string, at: number): number {
  return at < text.length ? (KINDS[text.charCodeAt(at)] ?? OTHER) : OTHER;
}

/** Whether a few characters at the same distance may all be in a list. */
function isPlain(text: string, from: number, to: number): boolean {
  const step = Math.max(1, (to - from) >> 2);
  for (let at = from; at <= to; at += step) if (kindAt(text, at) === OTHER) return false;
  return true;
}

export interface ListedForm {
  readonly start: number;
  readonly end: number;
  readonly form: string;
}

const NO_BYTE = 256;
const NOTHING: readonly ListedForm[] = [];

export class ByteLists {
  /** Finds the secrets in bytes. */
  readonly index: FormIndex;
  private readonly fewest: number;
  /** The characters of the shortest list: two digits are the fewest for a byte. */
  private readonly stride: number;
  /** Which bytes occur in a secret, and which follow each other. */
  private readonly known = new Uint8Array(256);
  private readonly pairs = new Uint8Array(65_536);

  /** `secrets` have a character for each byte. */
  constructor(secrets: readonly string[]) {
    this.index = new FormIndex(secrets);
    this.fewest = secrets.reduce((least, { length }) => Math.min(least, length), Infinity);
    this.stride = 2 * this.fewest;
    for (const secret of secrets) {
      for (let at = 0; at < secret.length; at += 1) {
        const byte = secret.charCodeAt(at);
        this.known[byte] = 1;
        if (at > 0) this.pairs[secret.charCodeAt(at - 1) * 256 + byte] = 1;
      }
    }
  }

  /** Lists the places of secrets, in order. */
  find(text: string): readonly ListedForm[] {
    const { stride } = this;
    let search: ListSearch | undefined;
    for (let at = stride - 1; at < text.length; at += stride) {
      if (kindAt(text, at) === OTHER || !this.mayBeIn(text, at)) continue;
      // A list ends with a number: it has the one behind a separator too.
      while (kindAt(text, at) === SEPARATOR) at += 1;
      if (kindAt(text, at) === OTHER) continue;
      search ??= new ListSearch(text, this);
      search.lookAt(at);
    }
    return search?.found.sort((a, b) => a.start - b.start) ?? NOTHING;
  }

  /** One half of a list at least is before or behind each of its characters. A few of them are looked at. */
  private mayBeIn(text: string, at: number): boolean {
    const half = this.fewest - 1;
    return isPlain(text, at, at + half) || at < half || isPlain(text, at - half, at);
  }

  isKnown(byte: number): boolean {
    return this.known[byte] === 1;
  }

  follows(byte: number, previous: number): boolean {
    return this.pairs[previous * 256 + byte] === 1;
  }

  /** Adds the secrets in a streak, if it has enough bytes for one. */
  addForms(found: ListedForm[], reader: ByteReader, { count, start, end }: Streak): void {
    if (count < this.fewest) return;
    const bytes: string[] = [];
    const places: Place[] = [];
    for (let more = reader.enter(start); more && reader.end <= end; more = reader.next()) {
      bytes.push(String.fromCharCode(reader.byte));
      places.push({ start: reader.numberStart, end: reader.numberEnd });
    }
    for (const { start: at, form } of this.index.find(bytes.join(''))) {
      const [first, last] = [places[at], places[at + form.length - 1]];
      if (first !== undefined && last !== undefined) found.push({ start: first.start, end: last.end, form });
    }
  }
}

/** Where a number is. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** Successive bytes that may be of a secret: from the start of the first number to the end of the last. */
interface Streak extends Place {
  readonly count: number;
}

/** One pass over a text. */
class ListSearch {
  readonly found: ListedForm[] = [];
  private readonly lists: ByteLists;
  private readonly readers: readonly ByteReader[];
  private readonly text: string;
  /** The number that was looked at. */
  private start = 0;
  private end = 0;

  constructor(text: string, lists: ByteLists) {
    this.text = text;
    this.lists = lists;
    this.readers = WAYS.map((way) => new ByteReader(text, way));
  }

  /** Looks at the number with this digit. */
  lookAt(at: number): void {
    // Long numbers have several samples.
    if (at >= this.end) {
      this.start = startOfNumber(this.text, at);
      this.end = endOfNumber(this.text, at);
    }
    for (const reader of this.readers) {
      if (at < reader.done) continue;
      const byte = reader.peek(at, this.start, this.end);
      if (byte > 0 && !this.lists.isKnown(byte)) continue;
      if (!reader.enter(at, this.start, this.end)) reader.done = reader.end;
      else if (this.lists.isKnown(reader.byte)) this.follow(reader);
    }
  }

  /** Reads as many bytes before and behind one as may be of a secret. */
  private follow(reader: ByteReader): void {
    const { lists } = this;
    const { byte, start, end, numberStart, numberEnd } = reader;
    let [count, streakStart, streakEnd, done] = [1, numberStart, numberEnd, end];
    for (let last = byte; reader.next() && lists.follows(reader.byte, last); last = reader.byte) {
      count += 1;
      streakEnd = reader.numberEnd;
      done = reader.end;
    }
    reader.enter(start, numberStart, numberEnd);
    for (let first = byte; reader.previous() && lists.follows(first, reader.byte); first = reader.byte) {
      count += 1;
      streakStart = reader.numberStart;
    }
    const before = this.found.length;
    lists.addForms(this.found, reader, { count, start: streakStart, end: streakEnd });
    reader.done = this.found.length > before ? streakEnd : done;
  }
}

function startOfNumber(text: string, at: number): number {
  let start = at;
  while (start > 0 && kindAt(text, start - 1) < SEPARATOR) start -= 1;
  return start;
}

function endOfNumber(text: string, at: number): number {
  let end = at;
  while (kindAt(text, end) < SEPARATOR) end += 1;
  return end;
}

/** A way to write bytes as numbers. */
interface Way {
  readonly base: number;
  /** Of a byte. 0: as many as the number has. */
  readonly digits: number;
  /** Whether a number may have several bytes. */
  readonly grouped: boolean;
}

const WAYS: readonly Way[] = [
  { base: 16, digits: 2, grouped: true },
  { base: 10, digits: 0, grouped: false },
  { base: 8, digits: 3, grouped: false },
  { base: 2, digits: 8, grouped: false },
];

/** Reads bytes in one way, in both directions. Passes over a 0 of a prefix or of a wide byte. */
class ByteReader {
  byte = 0;
  /** The digits of the byte. */
  start = 0;
  end = 0;
  /** The number that it is in. */
  numberStart = 0;
  numberEnd = 0;
  /** Nothing before is to be looked at again. */
  done = 0;
  private readonly text: string;
  private readonly base: number;
  private readonly digits: number;
  private readonly grouped: boolean;

  constructor(text: string, { base, digits, grouped }: Way) {
    this.text = text;
    this.base = base;
    this.digits = digits;
    this.grouped = grouped;
  }

  /** The byte with this digit in the number from `start` to `end`. More than 255: it is no byte. */
  peek(at: number, start: number, end: number): number {
    const { text, base, digits } = this;
    const length = end - start;
    if (digits === 0) return length > 3 ? NO_BYTE : valueOf(text, start, end, base);
    if (!this.grouped) return length === digits ? valueOf(text, start, end, base) : NO_BYTE;
    if (length % digits > 0) return length === 1 && kindAt(text, start) === 0 ? 0 : NO_BYTE;
    const first = at - ((at - start) % digits);
    return valueOf(text, first, first + digits, base);
  }

  /** Reads the byte with this digit, or the next one if it is 0. Returns false where the list ends. */
  enter(at: number, start = startOfNumber(this.text, at), end = endOfNumber(this.text, at)): boolean {
    this.numberStart = start;
    this.numberEnd = end;
    this.end = end;
    if (!this.hasBytes) return this.isZero && this.next();
    const { width } = this;
    this.read(at - ((at - start) % width), width);
    return this.isPassedOver ? this.next() : this.byte < NO_BYTE;
  }

  next(): boolean {
    do {
      if (this.end >= this.numberEnd && !this.enterNext()) return false;
      if (this.hasBytes) this.read(this.end, this.width);
      else if (this.isZero) this.end = this.numberEnd;
      else return false;
    } while (this.isPassedOver);
    return this.byte < NO_BYTE;
  }

  previous(): boolean {
    do {
      if (this.start <= this.numberStart && !this.enterPrevious()) return false;
      if (this.hasBytes) this.read(this.start - this.width, this.width);
      else if (this.isZero) this.start = this.numberStart;
      else return false;
    } while (this.isPassedOver);
    return this.byte < NO_BYTE;
  }

  private get isPassedOver(): boolean {
    return this.grouped && (this.byte === 0 || !this.hasBytes);
  }

  private get hasBytes(): boolean {
    const { digits, grouped } = this;
    const length = this.numberEnd - this.numberStart;
    return digits === 0 || (grouped ? length % digits === 0 : length === digits);
  }

  private get isZero(): boolean {
    return (
      this.grouped && this.numberEnd - this.numberStart === 1 && kindAt(this.text, this.numberStart) === 0
    );
  }

  /** The number of digits of a byte. */
  private get width(): number {
    return this.digits === 0 ? this.numberEnd - this.numberStart : this.digits;
  }

  private read(start: number, width: number): void {
    this.start = start;
    this.end = start + width;
    this.byte = valueOf(this.text, start, this.end, this.base);
  }

  private enterNext(): boolean {
    let at = this.numberEnd;
    while (kindAt(this.text, at) === SEPARATOR) at += 1;
    this.end = at;
    if (kindAt(this.text, at) === OTHER) return false;
    this.numberStart = at;
    this.numberEnd = endOfNumber(this.text, at);
    return true;
  }

  private enterPrevious(): boolean {
    let at = this.numberStart - 1;
    while (at >= 0 && kindAt(this.text, at) === SEPARATOR) at -= 1;
    if (at < 0 || kindAt(this.text, at) === OTHER) return false;
    this.numberStart = startOfNumber(this.text, at);
    this.numberEnd = this.start = at + 1;
    return true;
  }
}

/** More than 255 for digits that are no byte. */
function valueOf(text: string, from: number, to: number, base: number): number {
  let value = 0;
  for (let at = from; at < to && value < NO_BYTE; at += 1) {
    const digit = kindAt(text, at);
    if (digit >= base) return NO_BYTE;
    value = value * base + digit;
  }
  return value;
}
