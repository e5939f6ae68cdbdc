// Copies any value into a frozen one that JSON can represent. Shares nothing with the original and does not change it.
// Knows no events; the rules for texts (secrets) are passed in.
import { isSecretName, memberNames } from '../secrets/secret-names.ts';
import { freeName, isFixed, readMember, setMember, spread, unreadableMark } from './members.ts';
import { CIRCULAR, cutMark, cutText, ORDINARY, scalarForm, simplerForm } from './value-forms.ts';

/** Approximate bytes of one value; the excess is cut and marked. */
export const VALUE_LIMIT = 1024 * 1024;
export const DEPTH_LIMIT = 200;
/** A secret that starts before the cut is recognised whole up to this length. */
const LOOK_AHEAD = 64 * 1024;
const MARK_BYTES = 64;
const LONG_KEY = 256;
const REDACTED_WHOLE = /^<redacted:[^<>]*>$/;
const TOO_DEEP = `<nested deeper than ${String(DEPTH_LIMIT)} levels>`;

export interface TextRules {
  redact(text: string): string;
  /** Redacts the value of a member called `name`. */
  redactNamed(name: string, text: string): string;
  redactKey(key: string): string;
  redactNumber(value: number): number | string;
  /** Changes when earlier copies are no longer valid. */
  readonly version: number;
}

interface Extent {
  readonly bytes: number;
  readonly height: number;
}

export class JsonSafeCopier {
  /** Off only for copies that no code retains: freezing takes longer than the rest. */
  freezes = true;
  private readonly rules: TextRules;
  private known = new WeakMap<object, Extent>();
  /** Copies that `keep` made of immutable originals. */
  private copies = new WeakMap<object, object>();
  private hasKept = false;
  private version: number;
  private keeping = false;
  private limit = 0;
  private remaining = 0;
  private deepest = 0;
  private readonly open: object[] = [];

  constructor(rules: TextRules) {
    this.rules = rules;
    this.version = rules.version;
  }

  /** Approximate bytes of the last copy. */
  get used(): number {
    return this.limit - this.remaining;
  }

  /** Copies a value, whose key is `name`; freezes the copy unless `freezes` is off. A copy from `keep` is returned. */
  copy(value: unknown, name?: string, limit = VALUE_LIMIT): unknown {
    this.dropOutdatedCopies();
    this.limit = limit;
    this.remaining = limit;
    this.deepest = 0;
    // Not empty after an aborted copy; setting the length of an array is slow.
    if (this.open.length > 0) this.open.length = 0;
    return this.copyAny(value, name, 0);
  }

  /** Like `copy`. The result and every part of it is recognised later and never copied again. */
  keep(value: unknown, name?: string): unknown {
    const { freezes } = this;
    this.keeping = true;
    this.freezes = true;
    try {
      return this.copy(value, name);
    } finally {
      this.keeping = false;
      this.freezes = freezes;
    }
  }

  /** Whether `value` is a copy from `keep` that can be used unchanged at this depth. */
  isKept(value: object, depth: number): boolean {
    if (!this.hasKept) return false;
    this.dropOutdatedCopies();
    const extent = this.known.get(value);
    return extent !== undefined && extent.height + depth < DEPTH_LIMIT;
  }

  /** Freezes a part of a copy once all its members are set. */
  finish<T extends object>(part: T): T {
    return this.freezes ? Object.freeze(part) : part;
  }

  /** The form of a key in a copy. */
  copyKey(key: string): string {
    if (key.length > LONG_KEY) return this.copyText(key, undefined);
    this.remaining -= key.length + 3;
    return this.rules.redactKey(key);
  }

  /** Drops earlier copies after a new secret: they may show it. */
  private dropOutdatedCopies(): void {
    if (this.rules.version === this.version) return;
    this.known = new WeakMap();
    this.copies = new WeakMap();
    this.hasKept = false;
    this.version = this.rules.version;
  }

  private copyAny(value: unknown, name: string | undefined, depth: number): unknown {
    if (typeof value === 'string') return this.copyText(value, name);
    if (typeof value === 'number' && value !== 0 && Number.isFinite(value)) {
      this.remaining -= 6;
      return this.rules.redactNumber(value);
    }
    if (typeof value === 'object' && value !== null) return this.copyObject(value, name, depth);
    const form = scalarForm(value);
    if (typeof form === 'string') return this.copyText(form, name);
    this.remaining -= 6;
    return form;
  }

  private copyText(value: string, name: string | undefined): string {
    // The mark shows the cut to the redactor: a truncated secret is not a known value.
    const seen =
      value.length > VALUE_LIMIT + LOOK_AHEAD ? `${value.slice(0, VALUE_LIMIT + LOOK_AHEAD)}…` : value;
    const text = name === undefined ? this.rules.redact(seen) : this.rules.redactNamed(name, seen);
    const bytes = text.length <= 64 ? text.length : Buffer.byteLength(text);
    const room = Math.max(this.remaining, 2 * MARK_BYTES);
    const whole = bytes <= room && (seen === value || REDACTED_WHOLE.test(text));
    const result = whole ? text : cutText(text, room - MARK_BYTES, value);
    this.remaining -= whole ? bytes + 2 : room;
    return result;
  }

  private copyObject(original: object, name: string | undefined, depth: number): unknown {
    const value = this.keeping ? (this.copies.get(original) ?? original) : original;
    const extent = this.known.get(value);
    if (extent !== undefined && this.canReuse(extent, name, depth)) {
      this.remaining -= extent.bytes;
      this.deepest = Math.max(this.deepest, depth + extent.height);
      return value;
    }
    if (depth >= DEPTH_LIMIT) return this.copyText(TOO_DEEP, undefined);
    if (this.open.includes(value)) return this.copyText(CIRCULAR, undefined);
    this.open.push(value);
    const { remaining: before, deepest } = this;
    this.remaining -= 2;
    this.deepest = depth;
    const copy = this.copyContent(value, name, depth);
    this.open.pop();
    if (this.keeping && typeof copy === 'object' && copy !== null) {
      this.rememberCopy(value, copy, { bytes: before - this.remaining, height: this.deepest - depth }, name);
    }
    this.deepest = Math.max(this.deepest, deepest);
    return copy;
  }

  private rememberCopy(value: object, copy: object, extent: Extent, name: string | undefined): void {
    this.hasKept = true;
    this.known.set(copy, extent);
    const isCopied = extent.height === 0 && this.remaining > 0 && (name === undefined || !isSecretName(name));
    if (isCopied && isFixed(value)) this.copies.set(value, copy);
  }

  /** Not under a secret name: the value may need another form there. */
  private canReuse(extent: Extent, name: string | undefined, depth: number): boolean {
    if (extent.bytes > this.remaining || extent.height + depth >= DEPTH_LIMIT) return false;
    return name === undefined || !isSecretName(name);
  }

  private copyContent(value: object, name: string | undefined, depth: number): unknown {
    try {
      if (Array.isArray(value)) return this.copyList(value, name, depth);
      const form = simplerForm(value, name);
      return form === ORDINARY ? this.copyMembers(value, name, depth) : this.copyAny(form, name, depth + 1);
    } catch (error) {
      return this.copyText(unreadableMark(error), undefined);
    }
  }

  private copyList(value: readonly unknown[], name: string | undefined, depth: number): readonly unknown[] {
    const copy: unknown[] = [];
    const { length } = value;
    for (let index = 0; index < length; index++) {
      if (this.remaining <= 0) {
        copy.push(cutMark(length - index, 'items'));
        break;
      }
      copy.push(this.copyAny(readMember(value, index), name, depth + 1));
    }
    return this.finish(copy);
  }

  private copyMembers(value: object, name: string | undefined, depth: number): object {
    const keys = Object.keys(value);
    return this.copyAtOnce(value, keys, name, depth) ?? this.copyEach(value, keys, name, depth);
  }

  /**
   * Copies the object as a whole and replaces members that need another form: faster than member by member. Returns
   * undefined where that is not possible, and counts nothing then.
   */
  private copyAtOnce(
    value: object,
    keys: readonly string[],
    name: string | undefined,
    depth: number,
  ): object | undefined {
    const copy = spread(value, this.freezes);
    if (copy === undefined) return undefined;
    // The holder of the copy could reach the value of a symbol key.
    if (this.freezes && Object.getOwnPropertySymbols(copy).length > 0) return undefined;
    const nameOf = memberNames(copy, name);
    const { remaining: before } = this;
    for (const key of keys) {
      const member = copy[key];
      if (this.remaining <= 0 || member === undefined || key === '__proto__' || this.copyKey(key) !== key) {
        this.remaining = before;
        return undefined;
      }
      const form = this.copyAny(member, nameOf(key), depth + 1);
      // Not `!==`: -0 becomes 0.
      if (!Object.is(form, member)) copy[key] = form;
    }
    return this.finish(copy);
  }

  private copyEach(value: object, keys: readonly string[], name: string | undefined, depth: number): object {
    const copy: Record<string, unknown> = {};
    const nameOf = memberNames(value, name);
    let remaining = keys.length;
    for (const key of keys) {
      if (this.remaining <= 0) {
        setMember(copy, freeName(copy, '<cut>'), cutMark(remaining, 'members'));
        break;
      }
      remaining -= 1;
      const member = readMember(value, key);
      if (member === undefined) continue;
      const shown = this.copyKey(key);
      const free = shown === key ? key : freeName(copy, shown);
      setMember(copy, free, this.copyAny(member, nameOf(key), depth + 1));
    }
    return this.finish(copy);
  }
}
