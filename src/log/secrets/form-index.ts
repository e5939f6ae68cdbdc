// Finds many or long texts in a text, in one pass. An expression of them would be too large. Looks at every few
// characters only: a text is longer than the distance, so one of its first windows is looked at.

const WINDOW = 8;
const LONGEST_STRIDE = 8;
const MARK_BITS = 16;
/** Matches that are found before those that overlap are dropped: `----` occurs at each place of a line. */
const FEW_PLACES = 1_024;

export interface FoundText {
  readonly start: number;
  readonly form: string;
}

/** A text, and how many characters of it are before a window. */
interface Candidate {
  readonly form: string;
  readonly before: number;
}

export class FormIndex {
  /** By a window. */
  private readonly candidates = new Map<string, Candidate[]>();
  private readonly window: number;
  private readonly stride: number;
  /** Which hashes of windows occur. Few other windows have one of them. */
  private readonly marks = new Uint8Array(1 << MARK_BITS);

  /** No form may be empty. */
  constructor(forms: readonly string[]) {
    const shortest = forms.reduce((least, { length }) => Math.min(least, length), Infinity);
    this.window = Math.min(WINDOW, shortest);
    this.stride = Math.min(LONGEST_STRIDE, shortest - this.window + 1);
    for (const form of new Set(forms)) this.add(form);
  }

  /** Lists the places in order and without overlap: the longest form at each place. */
  find(text: string): readonly FoundText[] {
    const { window, stride, marks } = this;
    let found: FoundText[] = [];
    if (this.candidates.size === 0) return found;
    const last = text.length - window;
    let limit = FEW_PLACES;
    for (let at = 0; at <= last; at += stride) {
      if (marks[hashOf(text, at, window)] === 0) continue;
      this.addFormsAt(text, at, found);
      if (found.length < limit) continue;
      // Those that start later are not all known yet.
      found = withoutOverlaps(found, at - stride);
      limit = FEW_PLACES + 2 * found.length;
    }
    return found.length < 2 ? found : withoutOverlaps(found, text.length);
  }

  private add(form: string): void {
    for (let before = 0; before < this.stride; before += 1) {
      const start = form.slice(before, before + this.window);
      const others = this.candidates.get(start);
      if (others === undefined) this.candidates.set(start, [{ form, before }]);
      else others.push({ form, before });
      this.marks[hashOf(form, before, this.window)] = 1;
    }
  }

  private addFormsAt(text: string, at: number, found: FoundText[]): void {
    for (const { form, before } of this.candidates.get(text.slice(at, at + this.window)) ?? []) {
      const start = at - before;
      if (start >= 0 && text.startsWith(form, start)) found.push({ start, form });
    }
  }
}

/** Keeps the first of those that overlap, the longest at each start. All behind `known` stay. */
function withoutOverlaps(found: FoundText[], known: number): FoundText[] {
  found.sort((a, b) => a.start - b.start || b.form.length - a.form.length);
  let end = 0;
  return found.filter(({ start, form }) => {
    if (start < end) return false;
    if (start <= known) end = start + form.length;
    return true;
  });
}

/** Of half the characters of a window: that is enough. */
function hashOf(text: string, at: number, window: number): number {
  let hash = 0;
  for (let index = at; index < at + window; index += 2)
    hash = (Math.imul(hash, 0x1_01_33) + text.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> MARK_BITS)) & ((1 << MARK_BITS) - 1);
}
