// Finds many or long texts in a text, in one pass. An expression of them would be too large.

const LONGEST_WINDOW = 16;
const MARK_BITS = 16;
const BASE = 31;

export interface FoundText {
  readonly start: number;
  readonly form: string;
}

export class FormIndex {
  /** By their first characters, as many as the window has; the longest first. */
  private readonly forms = new Map<string, string[]>();
  private readonly window: number;
  /** Which hashes of windows occur. Few other windows have one of them. */
  private readonly marks = new Uint8Array(1 << MARK_BITS);
  /** What a character that leaves the window has added to the hash. */
  private readonly leaving: number;

  /** No form may be empty. */
  constructor(forms: readonly string[]) {
    this.window = forms.reduce((least, { length }) => Math.min(least, length), LONGEST_WINDOW);
    let leaving = 1;
    for (let index = 0; index < this.window; index += 1) leaving = Math.imul(leaving, BASE);
    this.leaving = leaving;
    for (const form of [...forms].sort((a, b) => b.length - a.length)) this.add(form);
  }

  /** Lists the places in order and without overlap: the longest form at each place. */
  find(text: string): readonly FoundText[] {
    const { window, leaving, marks } = this;
    const found: FoundText[] = [];
    if (this.forms.size === 0 || text.length < window) return found;
    const last = text.length - window;
    let hash = hashOf(text, 0, window);
    for (let at = 0; at <= last;) {
      const form = marks[placeOf(hash)] === 1 ? this.formAt(text, at) : undefined;
      if (form === undefined) {
        const gone = Math.imul(text.charCodeAt(at), leaving);
        hash = (Math.imul(hash, BASE) + text.charCodeAt(at + window) - gone) | 0;
        at += 1;
      } else {
        found.push({ start: at, form });
        at += form.length;
        hash = hashOf(text, at, window);
      }
    }
    return found;
  }

  private add(form: string): void {
    const start = form.slice(0, this.window);
    const others = this.forms.get(start);
    if (others === undefined) this.forms.set(start, [form]);
    else others.push(form);
    this.marks[placeOf(hashOf(form, 0, this.window))] = 1;
  }

  private formAt(text: string, at: number): string | undefined {
    const forms = this.forms.get(text.slice(at, at + this.window));
    return forms?.find((form) => text.startsWith(form, at));
  }
}

function hashOf(text: string, at: number, window: number): number {
  let hash = 0;
  for (let index = at; index < at + window; index += 1)
    hash = (Math.imul(hash, BASE) + text.charCodeAt(index)) | 0;
  return hash;
}

function placeOf(hash: number): number {
  return (hash ^ (hash >>> MARK_BITS)) & ((1 << MARK_BITS) - 1);
}
