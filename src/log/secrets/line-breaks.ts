// Finds encodings that are broken into lines, as base64 and hexadecimal digits often are.
import { lastAtMost } from './decoded-text.ts';
import { runEnd, runStart } from './encoded-run.ts';
import type { FormIndex } from './form-index.ts';

/** Also written as `\n`, and as `=` and a line break in quoted-printable text. */
const LINE_BREAKS = /=?(?:[\r\n]|\\[rn])+[ \t]*/g;

export interface BrokenForm {
  readonly start: number;
  readonly end: number;
  readonly form: string;
}

/** Lists the places, in order, of forms that line breaks divide. They have at least `shortest` characters. */
export function findBrokenForms(text: string, index: FormIndex, shortest: number): readonly BrokenForm[] {
  const found: BrokenForm[] = [];
  let lines = new EncodedLines();
  const search = (end: number): void => {
    lines.add(text, lines.next, end);
    if (lines.isBroken && lines.length >= shortest) addForms(found, lines, index);
  };
  for (const { 0: lineBreak, index: at } of text.matchAll(LINE_BREAKS)) {
    const start = runStart(text, lines.next, at);
    if (start > lines.next) {
      search(runEnd(text, lines.next, start));
      lines = new EncodedLines();
    }
    lines.add(text, start, at);
    lines.next = at + lineBreak.length;
  }
  search(runEnd(text, lines.next, text.length));
  return found;
}

function addForms(found: BrokenForm[], lines: EncodedLines, index: FormIndex): void {
  for (const { start, form } of index.find(lines.joined)) {
    const end = start + form.length;
    found.push({ start: lines.positionOf(start), end: lines.positionOf(end - 1) + 1, form });
  }
}

/** Lines of an encoding. Its first line may begin, and its last end, with other text. */
class EncodedLines {
  /** Where the line begins that comes next. */
  next = 0;
  length = 0;
  private readonly lines: string[] = [];
  /** Of each line: where it begins in the joined lines and in the text. */
  private readonly starts: number[] = [];
  private readonly sources: number[] = [];

  get isBroken(): boolean {
    return this.lines.length > 1;
  }

  get joined(): string {
    return this.lines.join('');
  }

  add(text: string, start: number, end: number): void {
    if (end <= start) return;
    this.lines.push(text.slice(start, end));
    this.starts.push(this.length);
    this.sources.push(start);
    this.length += end - start;
  }

  positionOf(at: number): number {
    const line = lastAtMost(this.starts, at);
    return (this.sources[line] ?? 0) + at - (this.starts[line] ?? 0);
  }
}
