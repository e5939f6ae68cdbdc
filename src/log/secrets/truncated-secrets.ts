// Halves of secrets that stand where somebody has cut a text and left `…` as a mark: what is left of a secret there
// is no known value any more, and still must not be shown.

const MARK = '…';
/** Shorter pieces say next to nothing, and stand in ordinary words. */
const SHORTEST = 6;

/** `names`: the known forms of secrets, and what stands in place of each. */
export function withoutCutSecrets(text: string, names: ReadonlyMap<string, string>): string {
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
