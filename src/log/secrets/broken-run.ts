// Finds out whether a text may hold an encoding that is broken into lines. Most texts do not, which is found out at
// their line breaks, without looking at what is between.
import { runEnd, runStart } from './encoded-run.ts';

const TAB = 9;
const FEED = 10;
const RETURN = 13;
const SPACE = 32;
const EQUALS = 61;
const BACKSLASH = 92;
const LETTER_N = 110;
const LETTER_R = 114;

/** Whether line breaks divide a run of this length. They may also be written as `\n`. */
export function hasBrokenRun(text: string, length: number): boolean {
  const breaks = new LineBreaks(text);
  let line = 0;
  /** How long the run is that ends at the line break before. */
  let carried = 0;
  for (let at = breaks.next(0); at >= 0; at = breaks.next(line)) {
    const start = runStart(text, line, at);
    const isWhole = start === line;
    const joined = carried + (isWhole ? at : runEnd(text, line, at)) - line;
    if (carried > 0 && joined >= length) return true;
    carried = isWhole ? joined : at - start;
    line = breaks.endOf(at);
  }
  return carried > 0 && carried + runEnd(text, line, text.length) - line >= length;
}

/** Line breaks of a text, from its start to its end. */
class LineBreaks {
  private readonly text: string;
  private feed: number;
  private escape: number;

  constructor(text: string) {
    this.text = text;
    this.feed = text.indexOf('\n');
    this.escape = text.indexOf('\\');
  }

  /** The first one at `from` or behind it; -1 if no other comes. */
  next(from: number): number {
    const { text } = this;
    while (this.feed >= 0 && this.feed < from) this.feed = text.indexOf('\n', from);
    while (this.escape >= 0 && (this.escape < from || !this.isBreak(this.escape)))
      this.escape = text.indexOf('\\', Math.max(from, this.escape + 1));
    const at = this.escape < 0 || (this.feed >= 0 && this.feed < this.escape) ? this.feed : this.escape;
    return at > from ? startOfBreak(text, from, at) : at;
  }

  /** Where the next line begins, behind all line breaks and blanks. */
  endOf(at: number): number {
    const { text } = this;
    for (let end = at; ;) {
      const code = text.charCodeAt(end);
      if (code === FEED || code === RETURN || code === SPACE || code === TAB) end += 1;
      else if (code === EQUALS && end === at) end += 1;
      else if (code === BACKSLASH && this.isBreak(end)) end += 2;
      else return end;
    }
  }

  /** Whether a backslash begins a line break. */
  private isBreak(at: number): boolean {
    const next = this.text.charCodeAt(at + 1);
    return next === LETTER_N || next === LETTER_R;
  }
}

/** Quoted-printable text has a `=` before its line breaks. */
function startOfBreak(text: string, from: number, at: number): number {
  const start = text.charCodeAt(at - 1) === RETURN ? at - 1 : at;
  return start > from && text.charCodeAt(start - 1) === EQUALS ? start - 1 : start;
}
