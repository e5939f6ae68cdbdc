// Finds encodings that are broken into lines, as base64 and hexadecimal digits often are.

/** A long run of an encoding before a line end, also written as `\n`. */
const BROKEN_ENCODING = /[A-Za-z0-9+/_-]{16}(?:[\r\n]|\\[rn])/;
const LINE_BREAKS = /(?:[\r\n]|\\[rn])+[ \t]*/g;

export interface FoundForm {
  readonly start: number;
  readonly end: number;
  /** What replaces it. */
  readonly replacement: string;
}

export function mayHoldBrokenForms(text: string): boolean {
  return BROKEN_ENCODING.test(text);
}

/** Lists the places in `text` of each form, in order and without overlap. `forms`: by form, what replaces it. */
export function findBrokenForms(text: string, forms: ReadonlyMap<string, string>): readonly FoundForm[] {
  const { joined, positionOf } = joinLines(text);
  const found: FoundForm[] = [];
  for (const [form, replacement] of forms) {
    for (let at = joined.indexOf(form); at >= 0; at = joined.indexOf(form, at + form.length)) {
      found.push({ start: positionOf(at), end: positionOf(at + form.length - 1) + 1, replacement });
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let done = 0;
  return found.filter(({ start, end }) => {
    if (start < done) return false;
    done = end;
    return true;
  });
}

interface JoinedLines {
  readonly joined: string;
  /** Position in the text of a position in `joined`. */
  readonly positionOf: (at: number) => number;
}

function joinLines(text: string): JoinedLines {
  const lines: string[] = [];
  /** Of each line: where it begins in `joined` and in the text. */
  const starts: { readonly joined: number; readonly text: number }[] = [];
  let length = 0;
  let from = 0;
  const add = (to: number): void => {
    starts.push({ joined: length, text: from });
    lines.push(text.slice(from, to));
    length += to - from;
  };
  for (const { 0: lineBreak, index } of text.matchAll(LINE_BREAKS)) {
    add(index);
    from = index + lineBreak.length;
  }
  add(text.length);
  return {
    joined: lines.join(''),
    positionOf: (at) => {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle]?.joined ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      const start = starts[low] ?? { joined: 0, text: 0 };
      return start.text + at - start.joined;
    },
  };
}
