// Copies any value into one that JSON can say, frozen, with nothing shared and nothing changed in the
// original. It knows no events; what happens to a text (secrets) is handed in.
import { types } from 'node:util';
import { CIRCULAR, freeName, objectForm, ORDINARY, scalarForm, setMember } from './value-forms.ts';
import { memberNames } from '../secrets/key-names.ts';
import { namesSecret } from '../secrets/secret-names.ts';

/** Bytes of one value, about; what is over is cut and marked. */
export const VALUE_LIMIT = 1024 * 1024;
export const DEPTH_LIMIT = 200;
/** A secret that begins before the cut is seen whole up to this length. */
const LOOK_AHEAD = 64 * 1024;
const MARK_BYTES = 64;
const LONG_KEY = 256;
const REDACTED_WHOLE = /^<redacted:[^<>]*>$/;
const TOO_DEEP = `<nested deeper than ${String(DEPTH_LIMIT)} levels>`;

export interface TextRules {
  text(text: string): string;
  /** A text that stands under a name. */
  named(name: string, text: string): string;
  /** Another number: copies made before are no longer good as they are. */
  readonly version: number;
}

interface Extent {
  readonly bytes: number;
  readonly height: number;
}

export class JsonSafeCopier {
  /** Off only for copies that nobody will hold: freezing takes longer than all else. */
  freezes = true;
  private readonly rules: TextRules;
  private known = new WeakMap<object, Extent>();
  /** Of originals that cannot change: what `keep` made of them. */
  private copies = new WeakMap<object, object>();
  private hasKept = false;
  private version: number;
  private keeping = false;
  private limit = 0;
  private left = 0;
  private deepest = 0;
  private readonly open: object[] = [];

  constructor(rules: TextRules) {
    this.rules = rules;
    this.version = rules.version;
  }

  /** Bytes, about, that the last copy took. */
  get used(): number {
    return this.limit - this.left;
  }

  /** A copy, frozen unless told otherwise; `name` is the key under which the value stands. A copy from `keep` is returned as it is. */
  copy(value: unknown, name?: string, limit = VALUE_LIMIT): unknown {
    this.followRules();
    this.limit = limit;
    this.left = limit;
    this.deepest = 0;
    // Left over when a copy broke off; setting the length of an array is slow.
    if (this.open.length > 0) this.open.length = 0;
    return this.any(value, name, 0);
  }

  /** Like `copy`; what it returns, and every part of it, is recognised and never copied again. */
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

  /** Whether it is a copy from `keep`, and may stand as it is in something else that many levels down. */
  isKept(value: object, depth: number): boolean {
    if (!this.hasKept) return false;
    this.followRules();
    const extent = this.known.get(value);
    return extent !== undefined && extent.height + depth < DEPTH_LIMIT;
  }

  /** An object that is part of a copy, once all its members are there. */
  finished<T extends object>(part: T): T {
    return this.freezes ? Object.freeze(part) : part;
  }

  /** A key as it stands in a copy. */
  key(key: string): string {
    if (key.length > LONG_KEY) return this.text(key, undefined);
    this.left -= key.length + 3;
    return this.rules.text(key);
  }

  /** Where more has become secret, copies made before may show it. */
  private followRules(): void {
    if (this.rules.version === this.version) return;
    this.known = new WeakMap();
    this.copies = new WeakMap();
    this.hasKept = false;
    this.version = this.rules.version;
  }

  private any(value: unknown, name: string | undefined, depth: number): unknown {
    if (typeof value === 'string') return this.text(value, name);
    if (typeof value === 'number' && value !== 0 && Number.isFinite(value)) {
      this.left -= 6;
      return value;
    }
    if (typeof value === 'object' && value !== null) return this.object(value, name, depth);
    const form = scalarForm(value);
    if (typeof form === 'string') return this.text(form, name);
    this.left -= 6;
    return form;
  }

  private text(value: string, name: string | undefined): string {
    // The mark says where it was cut: half a secret there is none that is known.
    const seen =
      value.length > VALUE_LIMIT + LOOK_AHEAD ? `${value.slice(0, VALUE_LIMIT + LOOK_AHEAD)}…` : value;
    const text = name === undefined ? this.rules.text(seen) : this.rules.named(name, seen);
    const bytes = text.length <= 64 ? text.length : Buffer.byteLength(text);
    const room = Math.max(this.left, 2 * MARK_BYTES);
    const whole = bytes <= room && (seen === value || REDACTED_WHOLE.test(text));
    const result = whole ? text : cut(text, room - MARK_BYTES, value);
    this.left -= whole ? bytes + 2 : room;
    return result;
  }

  private object(original: object, name: string | undefined, depth: number): unknown {
    const value = this.keeping ? (this.copies.get(original) ?? original) : original;
    const extent = this.known.get(value);
    if (extent !== undefined && this.fits(extent, name, depth)) {
      this.left -= extent.bytes;
      this.deepest = Math.max(this.deepest, depth + extent.height);
      return value;
    }
    if (depth >= DEPTH_LIMIT) return this.text(TOO_DEEP, undefined);
    if (this.open.includes(value)) return this.text(CIRCULAR, undefined);
    this.open.push(value);
    const { left, deepest } = this;
    this.left -= 2;
    this.deepest = depth;
    const copy = this.opened(value, name, depth);
    this.open.pop();
    if (this.keeping && typeof copy === 'object' && copy !== null) {
      this.remember(value, copy, { bytes: left - this.left, height: this.deepest - depth }, name);
    }
    this.deepest = Math.max(this.deepest, deepest);
    return copy;
  }

  private remember(value: object, copy: object, extent: Extent, name: string | undefined): void {
    this.hasKept = true;
    this.known.set(copy, extent);
    const isCopied = extent.height === 0 && this.left > 0 && (name === undefined || !namesSecret(name));
    if (isCopied && isFixed(value)) this.copies.set(value, copy);
  }

  /** Under a name that says secret a value may have to look otherwise than where it was copied first. */
  private fits(extent: Extent, name: string | undefined, depth: number): boolean {
    if (extent.bytes > this.left || extent.height + depth >= DEPTH_LIMIT) return false;
    return name === undefined || !namesSecret(name);
  }

  private opened(value: object, name: string | undefined, depth: number): unknown {
    try {
      if (Array.isArray(value)) return this.list(value, name, depth);
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null) {
        const form = objectForm(value);
        if (form !== ORDINARY) return this.any(form, name, depth + 1);
      }
      const { toJSON } = value as { readonly toJSON?: unknown };
      if (typeof toJSON !== 'function') return this.members(value, name, depth);
      const simpler: unknown = Reflect.apply(toJSON, value, [name ?? '']);
      return simpler === value ? this.members(value, name, depth) : this.any(simpler, name, depth + 1);
    } catch (error) {
      return this.text(unreadable(error), undefined);
    }
  }

  private list(value: readonly unknown[], name: string | undefined, depth: number): readonly unknown[] {
    const copy: unknown[] = [];
    const { length } = value;
    for (let index = 0; index < length; index++) {
      if (this.left <= 0) {
        copy.push(cutMark(length - index, 'items'));
        break;
      }
      copy.push(this.any(read(value, index), name, depth + 1));
    }
    return this.finished(copy);
  }

  private members(value: object, name: string | undefined, depth: number): object {
    const keys = Object.keys(value);
    return this.atOnce(value, keys, name, depth) ?? this.oneByOne(value, keys, name, depth);
  }

  /**
   * Copied as a whole and mended where a member has another form: quicker than adding member after member. Undefined
   * where that is not enough; nothing is counted then.
   */
  private atOnce(
    value: object,
    keys: readonly string[],
    name: string | undefined,
    depth: number,
  ): object | undefined {
    const copy = spread(value);
    if (copy === undefined) return undefined;
    // Whoever holds the copy could find what stands under a symbol.
    if (this.freezes && Object.getOwnPropertySymbols(copy).length > 0) return undefined;
    const nameOf = memberNames(copy, name);
    const { left } = this;
    for (const key of keys) {
      const member = copy[key];
      if (this.left <= 0 || member === undefined || key === '__proto__' || this.key(key) !== key) {
        this.left = left;
        return undefined;
      }
      const form = this.any(member, nameOf(key), depth + 1);
      // Not `!==`: -0 becomes 0.
      if (!Object.is(form, member)) copy[key] = form;
    }
    return this.finished(copy);
  }

  private oneByOne(value: object, keys: readonly string[], name: string | undefined, depth: number): object {
    const copy: Record<string, unknown> = {};
    const nameOf = memberNames(value, name);
    let remaining = keys.length;
    for (const key of keys) {
      if (this.left <= 0) {
        setMember(copy, freeName(copy, '<cut>'), cutMark(remaining, 'members'));
        break;
      }
      remaining -= 1;
      const member = read(value, key);
      if (member === undefined) continue;
      const shown = this.key(key);
      setMember(copy, shown === key ? key : freeName(copy, shown), this.any(member, nameOf(key), depth + 1));
    }
    return this.finished(copy);
  }
}

/** Whether a plain object of scalars can never look otherwise. */
function isFixed(value: object): boolean {
  if (!Object.isFrozen(value) || Object.getPrototypeOf(value) !== Object.prototype || types.isProxy(value))
    return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).every((member) => 'value' in member);
}

/** Undefined where a member cannot be read. */
function spread(value: object): Record<string, unknown> | undefined {
  try {
    return { ...value };
  } catch {
    return undefined;
  }
}

function read(value: object, key: string | number): unknown {
  try {
    return (value as Readonly<Record<string | number, unknown>>)[key];
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): string {
  try {
    return `<unreadable: ${error instanceof Error ? error.message : String(error)}>`;
  } catch {
    return '<unreadable>';
  }
}

function cutMark(count: number, what: string): string {
  return `<cut: ${String(count)} more ${what}>`;
}

/** The first `limit` bytes, never half a character, and how many there were. */
function cut(text: string, limit: number, original: string): string {
  const bytes = Buffer.from(text.slice(0, limit));
  let end = Math.min(limit, bytes.length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)} <cut: ${String(Buffer.byteLength(original))} bytes>`;
}
