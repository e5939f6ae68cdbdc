// Finds secrets that go on in the next line of a dump: `00000010: 736b 2d70  sk-p`. An offset and a column of text are
// between their bytes.
import type { FormIndex, FoundText } from './form-index.ts';

/** Offsets begin with zeros, from the second line on at the latest. */
const SECOND_LINE = '\n000';
const LINE = /^[\da-f]{6,16}:?[ \t]{1,2}((?:(?:[\da-f]{2}){1,4} {1,2}){1,17})/gim;
/** More are not in a line: what follows is text. */
const MOST_BYTES = 16;
/** A log keeps no more of a text. */
const MOST_READ = 1_048_576;
const SPACE = 32;
const NINE = 57;

export interface DumpedForm {
  readonly start: number;
  readonly end: number;
  readonly form: string;
}

/** Lists places in order: of each line with a part of a secret, all from there to its end. */
export function findDumpedForms(text: string, index: FormIndex): readonly DumpedForm[] {
  if (!text.includes(SECOND_LINE)) return [];
  const read = text.slice(0, MOST_READ);
  const found: DumpedForm[] = [];
  const dump = new Dump(Buffer.allocUnsafe(read.length / 2));
  for (const { 0: match, 1: bytes = '', index: at } of read.matchAll(LINE)) {
    if (at !== dump.next) {
      found.push(...dump.find(index));
      dump.clear();
    }
    const end = text.indexOf('\n', at);
    dump.add(bytes, at + match.length - bytes.length, end < 0 ? text.length : end);
  }
  found.push(...dump.find(index));
  return found;
}

/** `0` to `9`, and `a` to `f` in both cases. */
function digitOf(code: number): number {
  return (code & 15) + (code > NINE ? 9 : 0);
}

interface DumpLine {
  /** How many bytes were before. */
  readonly before: number;
  readonly count: number;
  /** Its bytes as they are written, where they begin, and where the line ends. */
  readonly bytes: string;
  readonly start: number;
  readonly end: number;
}

/** Successive lines. */
class Dump {
  /** Where the line begins that comes next. */
  next = 0;
  private readonly lines: DumpLine[] = [];
  private readonly dumped: Buffer;
  private length = 0;

  /** `dumped` is filled with the bytes of the lines. */
  constructor(dumped: Buffer) {
    this.dumped = dumped;
  }

  clear(): void {
    this.lines.length = 0;
    this.length = 0;
  }

  add(bytes: string, start: number, end: number): void {
    const before = this.length;
    for (let at = 0; at < bytes.length && this.length < before + MOST_BYTES; at += 1) {
      const code = bytes.charCodeAt(at);
      if (code === SPACE) continue;
      at += 1;
      this.dumped[this.length] = 16 * digitOf(code) + digitOf(bytes.charCodeAt(at));
      this.length += 1;
    }
    this.lines.push({ before, count: this.length - before, bytes, start, end });
    this.next = end + 1;
  }

  find(index: FormIndex): readonly DumpedForm[] {
    const forms = index.find(this.dumped.toString('latin1', 0, this.length));
    if (forms.length === 0) return [];
    const found: DumpedForm[] = [];
    let next = 0;
    for (const { before, count, bytes, start, end } of this.lines) {
      while (next < forms.length && endOf(forms[next]) <= before) next += 1;
      const form = forms[next];
      if (form === undefined) break;
      if (form.start >= before + count) continue;
      const first = placesOf(bytes)[Math.max(0, form.start - before)];
      if (first !== undefined) found.push({ start: start + first, end, form: form.form });
    }
    return found;
  }
}

function endOf(found: FoundText | undefined): number {
  return found === undefined ? 0 : found.start + found.form.length;
}

/** Where the two digits of each byte are. */
function placesOf(bytes: string): readonly number[] {
  return [...bytes.matchAll(/\S\S/g)].map(({ index }) => index);
}
