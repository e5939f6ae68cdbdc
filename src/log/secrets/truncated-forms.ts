// Redacts parts of secrets where a text was truncated with `…`: such a part is not a known value any more.

const CUT_MARK = '…';
/** What must agree before whole parts are compared. */
const PROBE = 32;
/** Shorter texts may be in the middle of a secret by chance. */
const SHORTEST_MIDDLE = 16;

/** `forms`: by form, what replaces it. Parts shorter than `shortest` stay: they occur in ordinary words. */
export function redactTruncated(text: string, forms: ReadonlyMap<string, string>, shortest: number): string {
  const parts = text.split(CUT_MARK);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      if (part.length < shortest) return part;
      const whole = last > 0 && part.length >= SHORTEST_MIDDLE ? findAround(part, forms) : undefined;
      if (whole !== undefined) return whole;
      const start = index === 0 ? part : redactStart(part, forms, shortest);
      return index === last ? start : redactEnd(start, forms, shortest);
    })
    .join(CUT_MARK);
}

/** Finds what replaces a text that is nothing but the middle of a secret. */
function findAround(text: string, forms: ReadonlyMap<string, string>): string | undefined {
  for (const [form, replacement] of forms)
    if (form.length > text.length && form.includes(text)) return replacement;
  return undefined;
}

/** Redacts the first part of a secret at the end of a text. */
function redactEnd(text: string, forms: ReadonlyMap<string, string>, shortest: number): string {
  for (const [form, replacement] of forms) {
    const begins = form.slice(0, shortest);
    const earliest = Math.max(0, text.length - form.length);
    for (let at = text.indexOf(begins, earliest); at >= 0; at = text.indexOf(begins, at + 1)) {
      if (endsWithStart(text, at, form)) return text.slice(0, at) + replacement;
    }
  }
  return text;
}

function endsWithStart(text: string, at: number, form: string): boolean {
  const length = text.length - at;
  const probe = Math.min(PROBE, length);
  return form.startsWith(text.slice(-probe), length - probe) && form.startsWith(text.slice(at));
}

/** Redacts the last part of a secret at the start of a text. */
function redactStart(text: string, forms: ReadonlyMap<string, string>, shortest: number): string {
  for (const [form, replacement] of forms) {
    const ends = form.slice(-shortest);
    const window = text.slice(0, form.length);
    for (let at = window.lastIndexOf(ends); at >= 0; at = at === 0 ? -1 : window.lastIndexOf(ends, at - 1)) {
      const length = at + shortest;
      if (startsWithEnd(window, length, form)) return replacement + text.slice(length);
    }
  }
  return text;
}

function startsWithEnd(text: string, length: number, form: string): boolean {
  const probe = text.slice(0, Math.min(PROBE, length));
  return form.startsWith(probe, form.length - length) && form.endsWith(text.slice(0, length));
}
