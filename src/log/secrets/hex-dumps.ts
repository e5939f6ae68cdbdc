// Finds secrets that go on in the next line of a dump: `00000010: 736b 2d70  sk-p`. An offset and a column of text are
// between their bytes.
import type { FormIndex } from './form-index.ts';

/** Offsets begin with zeros, from the second line on at the latest. */
const SECOND_LINE = '\n000';
const LINE = /^[\da-f]{6,16}:?[ \t]{1,2}((?:(?:[\da-f]{2}){1,4} {1,2}){1,17})/gim;
const PAIR = /[\da-f]{2}/gi;
/** More are not in a line: what follows is text. */
const MOST_BYTES = 16;

export interface DumpedForm {
  readonly start: number;
  readonly end: number;
  readonly form: string;
}

/** Lists places in order: of each line with a part of a secret, all from there to its end. */
export function findDumpedForms(text: string, index: FormIndex): readonly DumpedForm[] {
  if (!text.includes(SECOND_LINE)) return [];
  const found: DumpedForm[] = [];
  let dump = new Dump();
  for (const { 0: match, 1: bytes = '', index: at } of text.matchAll(LINE)) {
    if (at !== dump.next) {
      found.push(...dump.find(index));
      dump = new Dump();
    }
    const end = text.indexOf('\n', at);
    dump.add(bytes, at + match.length - bytes.length, end < 0 ? text.length : end);
  }
  found.push(...dump.find(index));
  return found;
}

interface DumpLine {
  /** How many bytes were before. */
  readonly before: number;
  readonly starts: readonly number[];
  readonly end: number;
}

/** Successive lines. */
class Dump {
  /** Where the line begins that comes next. */
  next = 0;
  private readonly lines: DumpLine[] = [];
  private readonly texts: string[] = [];
  private length = 0;

  add(bytes: string, start: number, end: number): void {
    const pairs = [...bytes.matchAll(PAIR)].slice(0, MOST_BYTES);
    this.lines.push({ before: this.length, starts: pairs.map(({ index }) => start + index), end });
    this.texts.push(Buffer.from(pairs.map(([pair]) => pair).join(''), 'hex').toString('latin1'));
    this.length += pairs.length;
    this.next = end + 1;
  }

  find(index: FormIndex): readonly DumpedForm[] {
    const forms = index.find(this.texts.join(''));
    if (forms.length === 0) return [];
    return this.lines.flatMap(({ before, starts, end }) => {
      const first = forms.find(
        (each) => each.start < before + starts.length && each.start + each.form.length > before,
      );
      const start = first && starts[Math.max(0, first.start - before)];
      return first === undefined || start === undefined ? [] : [{ start, end, form: first.form }];
    });
  }
}
