// Finds known secrets in a text and replaces them, whole or truncated. Knows no names.
import { findBrokenForms, mayHoldBrokenForms } from './line-breaks.ts';

/** Shorter values, and shorter parts of truncated ones, occur in ordinary words. */
export const MIN_LENGTH = 6;
const CUT_MARK = '…';
const PLACEHOLDER = '<redacted:[^<>]{1,80}>';
const PLACEHOLDER_START = '<redacted:'.length;
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;
/** Comparing longer parts of truncated secrets would take too long. */
const LONGEST_PART = 4_096;

export class SecretSearch {
  /** What replaces each encoding of each secret. */
  private readonly placeholders = new Map<string, string>();
  /** Secrets of a few characters, found as whole words. */
  private readonly words = new Map<string, string>();
  /** Encodings that may be broken into lines. */
  private readonly broken = new Map<string, string>();
  private readonly isKnown: (name: string) => boolean;
  private search: RegExp | undefined;

  /** `isKnown`: whether the name of a placeholder is one that replaced a secret; such a placeholder stays. */
  constructor(isKnown: (name: string) => boolean) {
    this.isKnown = isKnown;
  }

  get isEmpty(): boolean {
    return this.placeholders.size === 0 && this.words.size === 0;
  }

  /** Returns whether the form was new. */
  add(form: string, placeholder: string): boolean {
    return this.put(this.placeholders, form, placeholder);
  }

  addWord(word: string, placeholder: string): boolean {
    return this.put(this.words, word, placeholder);
  }

  /** `form` has no line breaks. */
  addBroken(form: string, placeholder: string): void {
    this.put(this.broken, form, placeholder);
  }

  replace(text: string): string {
    if (this.isEmpty) return text;
    this.search ??= this.createSearch();
    const plain = text.replace(this.search, (match) => this.replaceMatch(match));
    const joined = this.broken.size > 0 && mayHoldBrokenForms(plain) ? this.replaceBroken(plain) : plain;
    return joined.includes(CUT_MARK) ? redactTruncated(joined, this.placeholders) : joined;
  }

  private put(map: Map<string, string>, form: string, placeholder: string): boolean {
    if (map.has(form)) return false;
    map.set(form, placeholder);
    this.search = undefined;
    return true;
  }

  private createSearch(): RegExp {
    const longestFirst = [...this.placeholders.keys()].sort((a, b) => b.length - a.length);
    const words = [...this.words.keys()].map((word) => `(?<!\\w)${escapeForm(word)}(?!\\w)`);
    return new RegExp([PLACEHOLDER, ...longestFirst.map(escapeForm), ...words].join('|'), 'g');
  }

  private replaceMatch(match: string): string {
    const own = this.placeholders.get(match) ?? this.words.get(match);
    if (own !== undefined) return own;
    // A text of the user may look like a placeholder and hold a secret.
    const name = match.slice(PLACEHOLDER_START, -1);
    return this.isKnown(name) ? match : `${match.slice(0, PLACEHOLDER_START)}${this.replace(name)}>`;
  }

  /** Joins lines to find the encodings, and replaces them where they were. */
  private replaceBroken(text: string): string {
    let result = '';
    let done = 0;
    for (const { start, end, replacement } of findBrokenForms(text, this.broken)) {
      result += text.slice(done, start) + replacement;
      done = end;
    }
    return result + text.slice(done);
  }
}

function escapeForm(form: string): string {
  return form.replace(SPECIAL, '\\$&');
}

/** Redacts partial secrets where a text was truncated with `…`: such a part is not a known value any more. */
function redactTruncated(text: string, placeholders: ReadonlyMap<string, string>): string {
  const parts = text.split(CUT_MARK);
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      if (part.length < MIN_LENGTH) return part;
      const start = index === 0 ? part : redactStart(part, placeholders);
      return index === last ? start : redactEnd(start, placeholders);
    })
    .join(CUT_MARK);
}

/** Redacts the first part of a secret at the end of a text. */
function redactEnd(text: string, placeholders: ReadonlyMap<string, string>): string {
  for (const [encoding, replacement] of placeholders) {
    const begins = encoding.slice(0, MIN_LENGTH);
    const earliest = Math.max(0, text.length - Math.min(encoding.length, LONGEST_PART));
    for (let at = text.indexOf(begins, earliest); at >= 0; at = text.indexOf(begins, at + 1)) {
      if (encoding.startsWith(text.slice(at))) return text.slice(0, at) + replacement;
    }
  }
  return text;
}

/** Redacts the last part of a secret at the start of a text. */
function redactStart(text: string, placeholders: ReadonlyMap<string, string>): string {
  for (const [encoding, replacement] of placeholders) {
    const ends = encoding.slice(-MIN_LENGTH);
    const window = text.slice(0, Math.min(encoding.length, LONGEST_PART));
    for (let at = window.lastIndexOf(ends); at >= 0; at = at === 0 ? -1 : window.lastIndexOf(ends, at - 1)) {
      const piece = window.slice(0, at + MIN_LENGTH);
      if (encoding.endsWith(piece)) return replacement + text.slice(piece.length);
    }
  }
  return text;
}
