// Finds known secrets in a text and replaces them, whole or truncated. Knows no names.
import { hasRun } from './encoded-run.ts';
import { findBrokenForms, mayHoldBrokenForms } from './line-breaks.ts';

/** Shorter values, and shorter parts of truncated ones, occur in ordinary words. */
export const MIN_LENGTH = 6;
const CUT_MARK = '…';
const PLACEHOLDER = '<redacted:[^<>]{1,80}>';
const PLACEHOLDER_START = '<redacted:'.length;
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;
/** A line of a broken encoding may be shorter than the encoding. */
const LONGEST_RUN = 16;
/** Comparing longer parts of truncated secrets would take too long. */
const LONGEST_PART = 4_096;

export class SecretSearch {
  /** What replaces each encoding of each secret. */
  private readonly placeholders = new Map<string, string>();
  /** Secrets of a few characters, found as whole words. */
  private readonly words = new Map<string, string>();
  /** Encodings as base64 and hexadecimal digits, which may be broken into lines. */
  private readonly binary = new Map<string, string>();
  private readonly isKnown: (name: string) => boolean;
  private search: RegExp | undefined;
  private binarySearch: RegExp | undefined;
  private shortestBinary = Infinity;

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

  addBinary(form: string, placeholder: string): boolean {
    this.shortestBinary = Math.min(this.shortestBinary, form.length);
    return this.put(this.binary, form, placeholder);
  }

  replace(text: string): string {
    if (this.isEmpty) return text;
    this.search ??= this.createSearch();
    const plain = text.replace(this.search, (match) => this.replaceMatch(match));
    const found = this.binary.size > 0 ? this.replaceBinary(plain) : plain;
    if (!found.includes(CUT_MARK)) return found;
    return redactTruncated(redactTruncated(found, this.placeholders), this.binary);
  }

  private put(map: Map<string, string>, form: string, placeholder: string): boolean {
    if (map.has(form)) return false;
    map.set(form, placeholder);
    this.search = undefined;
    this.binarySearch = undefined;
    return true;
  }

  private createSearch(): RegExp {
    const words = [...this.words.keys()].map((word) => `(?<!\\w)${escapeForm(word)}(?!\\w)`);
    return new RegExp([PLACEHOLDER, ...longestFirst(this.placeholders), ...words].join('|'), 'g');
  }

  private replaceMatch(match: string): string {
    const own = this.placeholders.get(match) ?? this.words.get(match) ?? this.binary.get(match);
    if (own !== undefined) return own;
    // A text of the user may look like a placeholder and hold a secret.
    const name = match.slice(PLACEHOLDER_START, -1);
    return this.isKnown(name) ? match : `${match.slice(0, PLACEHOLDER_START)}${this.replace(name)}>`;
  }

  private replaceBinary(text: string): string {
    if (!hasRun(text, Math.min(this.shortestBinary, LONGEST_RUN))) return text;
    this.binarySearch ??= new RegExp([PLACEHOLDER, ...longestFirst(this.binary)].join('|'), 'g');
    const plain = text.replace(this.binarySearch, (match) => this.replaceMatch(match));
    return mayHoldBrokenForms(plain) ? this.replaceBroken(plain) : plain;
  }

  /** Joins lines to find the encodings, and replaces them where they were. */
  private replaceBroken(text: string): string {
    let result = '';
    let done = 0;
    for (const { start, end, replacement } of findBrokenForms(text, this.binary)) {
      result += text.slice(done, start) + replacement;
      done = end;
    }
    return result + text.slice(done);
  }
}

function longestFirst(forms: ReadonlyMap<string, string>): readonly string[] {
  return [...forms.keys()].sort((a, b) => b.length - a.length).map(escapeForm);
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
