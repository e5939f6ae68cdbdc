// Finds known secrets in a text and replaces them, whole or truncated. Knows no names.
import { decodeView, mayHoldEscapes, plainView, type View } from './decoded-text.ts';
import { ByteLists } from './byte-lists.ts';
import { hasBrokenRun } from './broken-run.ts';
import { hasBase32Run, hasRun, isRun } from './encoded-run.ts';
import { wideEncodingsOf } from './encodings.ts';
import { FormIndex } from './form-index.ts';
import { FormSearch } from './form-search.ts';
import { findDumpedForms } from './hex-dumps.ts';
import { findBrokenForms } from './line-breaks.ts';
import { redactTruncated } from './truncated-forms.ts';

/** Shorter values, and shorter parts of truncated ones, occur in ordinary words. */
export const MIN_LENGTH = 6;
const CUT_MARK = '…';
const PLACEHOLDER_START = '<redacted:'.length;
const WESTERN = /^[\x00-\xff]*$/;
/** Escapes inside escapes are undone so many times. */
const MOST_LEVELS = 4;
/** For forms that have little in common: an index is faster. */
const NO_EXPRESSION = 0;

export class SecretSearch {
  /** What replaces each encoding of each secret. */
  private readonly placeholders = new Map<string, string>();
  /** Secrets of a few characters, found as whole words. */
  private readonly words = new Map<string, string>();
  /** Encodings as base64 and hexadecimal digits, which may be broken into lines. */
  private readonly binary = new Map<string, string>();
  /**
   * The same in two bytes for a character, of the secrets in `widened`. They are not looked for where a text was cut.
   */
  private readonly wide = new Map<string, string>();
  private readonly widened = new Set<string>();
  /** The secrets as they are. */
  private readonly values = new Map<string, string>();
  /** Encodings as base32, which are longer than all others. */
  private readonly base32 = new Map<string, string>();
  private readonly isKnown: (name: string) => boolean;
  private search: FormSearch | undefined;
  private binarySearch: FormSearch | undefined;
  private brokenIndex: FormIndex | undefined;
  private valueIndex: FormIndex | undefined;
  private byteLists: ByteLists | undefined;
  private base32Search: FormSearch | undefined;
  private shortestBinary = Infinity;
  private shortestBase32 = Infinity;
  /** The shortest of what lines may be broken: encodings, and secrets that look like one. */
  private shortestBroken = Infinity;
  /** What replaces a secret, by its bytes as characters. */
  private readonly bytes = new Map<string, string>();

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

  /** Takes a secret as it is, to be found under any escapes. */
  addValue(value: string, placeholder: string): boolean {
    this.bytes.set(Buffer.from(value).toString('latin1'), placeholder);
    // Letters of Western Europe may also be written as one byte each.
    if (WESTERN.test(value)) this.bytes.set(value, placeholder);
    if (isRun(value)) this.shortestBroken = Math.min(this.shortestBroken, value.length);
    return this.put(this.values, value, placeholder);
  }

  addBinary(form: string, placeholder: string): boolean {
    this.shortestBinary = Math.min(this.shortestBinary, form.length);
    this.shortestBroken = Math.min(this.shortestBroken, form.length);
    return this.put(this.binary, form, placeholder);
  }

  addBase32(form: string, placeholder: string): boolean {
    this.shortestBase32 = Math.min(this.shortestBase32, form.length);
    return this.put(this.base32, form, placeholder);
  }

  replace(text: string): string {
    if (this.isEmpty) return text;
    this.search ??= new FormSearch([...this.placeholders.keys()], [...this.words.keys()]);
    const plain = this.search.replace(text, this.replaceMatch);
    const binary = this.binary.size > 0 ? this.replaceBinary(plain) : plain;
    const unescaped = this.values.size > 0 && mayHoldEscapes(binary) ? this.replaceEscaped(binary) : binary;
    const found = this.bytes.size > 0 ? this.replaceLists(unescaped) : unescaped;
    if (!found.includes(CUT_MARK)) return found;
    return redactTruncated(redactTruncated(found, this.placeholders, MIN_LENGTH), this.binary, MIN_LENGTH);
  }

  private put(map: Map<string, string>, form: string, placeholder: string): boolean {
    if (map.has(form)) return false;
    map.set(form, placeholder);
    this.search = undefined;
    this.binarySearch = undefined;
    this.brokenIndex = undefined;
    this.valueIndex = undefined;
    this.byteLists = undefined;
    this.base32Search = undefined;
    return true;
  }

  private readonly replaceMatch = (match: string): string => {
    const own = this.placeholders.get(match) ?? this.words.get(match) ?? this.binaryPlaceholder(match);
    if (own !== undefined) return own;
    // A text of the user may look like a placeholder and hold a secret.
    const name = match.slice(PLACEHOLDER_START, -1);
    return this.isKnown(name) ? match : `${match.slice(0, PLACEHOLDER_START)}${this.replace(name)}>`;
  };

  private binaryPlaceholder(form: string): string | undefined {
    return this.binary.get(form) ?? this.wide.get(form) ?? this.base32.get(form);
  }

  private replaceRuns(text: string): string {
    this.binarySearch ??= new FormSearch(
      [...this.binary.keys(), ...this.wideForms().keys()],
      [],
      NO_EXPRESSION,
    );
    return this.binarySearch.replace(text, this.replaceMatch);
  }

  /** Made when a text may hold one of them: most never do. */
  private wideForms(): ReadonlyMap<string, string> {
    for (const [value, placeholder] of this.values) {
      if (this.widened.has(value)) continue;
      this.widened.add(value);
      for (const form of wideEncodingsOf(value)) this.wide.set(form, placeholder);
    }
    return this.wide;
  }

  private replaceBinary(text: string): string {
    const plain = hasRun(text, this.shortestBinary) ? this.replaceBase32(this.replaceRuns(text)) : text;
    if (!hasBrokenRun(plain, this.shortestBroken)) return plain;
    this.brokenIndex ??= new FormIndex([
      ...this.binary.keys(),
      ...this.wideForms().keys(),
      ...[...this.values.keys()].filter(isRun),
    ]);
    const places = findBrokenForms(plain, this.brokenIndex, this.shortestBroken);
    return replacePlaces(
      plain,
      places,
      (form) => this.binaryPlaceholder(form) ?? this.values.get(form) ?? form,
    );
  }

  private replaceBase32(text: string): string {
    if (!hasBase32Run(text, this.shortestBase32)) return text;
    this.base32Search ??= new FormSearch([...this.base32.keys()], [], NO_EXPRESSION);
    return this.base32Search.replace(text, this.replaceMatch);
  }

  private replaceLists(text: string): string {
    this.byteLists ??= new ByteLists([...this.bytes.keys()]);
    const placeholderOf = (form: string): string => this.bytes.get(form) ?? form;
    const result = replacePlaces(text, this.byteLists.find(text), placeholderOf);
    return replacePlaces(result, findDumpedForms(result, this.byteLists.index), placeholderOf);
  }

  /** Undoes escapes, level by level, to find secrets, and replaces them where they were. */
  private replaceEscaped(text: string): string {
    this.valueIndex ??= new FormIndex([...this.values.keys()]);
    let result = text;
    let view: View | undefined = plainView(text);
    for (let level = 1; level <= MOST_LEVELS; level += 1) {
      view = view && decodeView(view);
      if (view === undefined) break;
      const replaced = replacePlaces(
        result,
        escapedPlaces(view, this.valueIndex),
        (form) => this.values.get(form) ?? form,
      );
      if (replaced === result) continue;
      result = replaced;
      view = decodeTimes(result, level);
    }
    return result;
  }
}

function escapedPlaces(view: View, index: FormIndex): readonly Place[] {
  return (
    index
      .find(view.text)
      .map(({ start, form }) => ({ start: view.startOf(start), end: view.endOf(start + form.length), form }))
      // What has no escape in it was seen before: it is part of a placeholder.
      .filter(({ start, end, form }) => end - start > form.length)
  );
}

function decodeTimes(text: string, levels: number): View | undefined {
  let view: View | undefined = plainView(text);
  for (let level = 0; level < levels && view !== undefined; level += 1) view = decodeView(view);
  return view;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly form: string;
}

/** Replaces places, which are in order. One that overlaps the one before stays. */
function replacePlaces(
  text: string,
  places: readonly Place[],
  replacementOf: (form: string) => string,
): string {
  let result = '';
  let done = 0;
  for (const { start, end, form } of places) {
    if (start < done) continue;
    result += text.slice(done, start) + replacementOf(form);
    done = end;
  }
  return done === 0 ? text : result + text.slice(done);
}
