// Redacts partial secrets where a text was truncated with `…`: the rest of a secret is not a known value any more, and
// still must not be shown.

const MARK = '…';
/** Shorter pieces reveal little and occur in ordinary words. */
const SHORTEST = 6;

/** `names`: the known encodings of secrets, and the replacement for each. */
export function redactTruncated(text: string, names: ReadonlyMap<string, string>): string {
  const parts = text.split(MARK);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      const start = index === 0 ? part : withoutTail(part, names);
      return index === last ? start : withoutHead(start, names);
    })
    .join(MARK);
}

/** The part of a secret with which a text ends. */
function withoutHead(text: string, names: ReadonlyMap<string, string>): string {
  for (const [form, name] of names) {
    const begins = form.slice(0, SHORTEST);
    const earliest = Math.max(0, text.length - form.length);
    for (let at = text.indexOf(begins, earliest); at >= 0; at = text.indexOf(begins, at + 1)) {
      if (form.startsWith(text.slice(at))) return text.slice(0, at) + name;
    }
  }
  return text;
}

/** The part of a secret with which a text begins. */
function withoutTail(text: string, names: ReadonlyMap<string, string>): string {
  for (const [form, name] of names) {
    const ends = form.slice(-SHORTEST);
    const window = text.slice(0, form.length);
    for (let at = window.lastIndexOf(ends); at >= 0; at = at === 0 ? -1 : window.lastIndexOf(ends, at - 1)) {
      const piece = window.slice(0, at + SHORTEST);
      if (form.endsWith(piece)) return name + text.slice(piece.length);
    }
  }
  return text;
}
