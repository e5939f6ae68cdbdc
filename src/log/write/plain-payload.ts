// Copies payloads on a fast path. Most payloads need no other form and hold no secret: they are copied and encoded as
// JSON in one pass, which is faster than a copy followed by JSON.stringify. Everything else is left to payload.ts.
import type { LineBuffer } from './line-buffer.ts';
import { isSecretName, memberNames } from '../secrets/secret-names.ts';
import type { ObjectShape, TextShape } from '../../events/text-shape.ts';
import type { JsonSafeCopier, TextRules } from './json-safe.ts';
import { copyToFreeze } from './members.ts';

type MemberShape = 'content' | 'identifier' | ObjectShape;

const DEPTH_LIMIT = 50;
/** Approximate characters of all texts and keys, plus some for each value: far below the limit of payload.ts. */
const SIZE_LIMIT = 64 * 1024;
const SIZE_OF_VALUE = 8;
/** Longer texts seldom repeat. */
const CACHED_LENGTH = 80;
const CACHE_LIMIT = 4_096;
/** Members of an object that are compared with those of the last one. */
const MEMBERS_LIMIT = 64;

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const NO_BYTES = new Uint8Array(0);

export interface PlainRules extends TextRules {
  redactIdentifier(text: string): string;
}

/** What is known of a key at its place in a payload. */
interface Member {
  readonly key: string;
  /** The key with the comma before and the colon after it. */
  readonly bytes: Uint8Array;
  readonly shape: TextShape;
  readonly inside: Members;
}

/** The members of the last object at a place in a payload. Most events have the keys of the last, in its order. */
type Members = Member[];

export class PlainPayload {
  private readonly rules: PlainRules;
  private readonly copier: JsonSafeCopier;
  private readonly line: LineBuffer | undefined;
  private version: number;
  /** Keys with the comma before and the colon after them. */
  private readonly keys = new Map<string, Uint8Array>();
  private readonly texts = new Map<string, Uint8Array>();
  /** The same, of identifiers. */
  private readonly fixedKeys = new Map<string, Uint8Array>();
  private readonly identifiers = new Map<string, Uint8Array>();
  private readonly payloads = new Map<TextShape, Members>();
  private memberCount = 0;
  private freezes = true;
  private depth = 0;
  private remaining = 0;
  private copies = 0;

  /** `line` receives the JSON of a payload; without it only the copy is made. */
  constructor(rules: PlainRules, copier: JsonSafeCopier, line: LineBuffer | undefined) {
    this.rules = rules;
    this.copier = copier;
    this.line = line;
    this.version = rules.version;
  }

  /** Returns undefined if something is not plain; the content of the line is then invalid. */
  copy(data: object, shape: TextShape, freezes: boolean): object | undefined {
    if (this.rules.version !== this.version) {
      this.version = this.rules.version;
      this.keys.clear();
      this.texts.clear();
      this.fixedKeys.clear();
      this.identifiers.clear();
      this.forgetMembers();
    }
    this.freezes = freezes;
    this.depth = 0;
    this.remaining = SIZE_LIMIT;
    this.line?.restart();
    this.copies += 1;
    const { copies } = this;
    try {
      const copy = this.copyObject(data, shape, this.payloads.get(shape) ?? this.addPayload(shape));
      // Reading a member may have run code that used this line for another event.
      return this.copies !== copies || this.line?.isFull === true ? undefined : copy;
    } catch {
      // A member that cannot be read, or too much for a line buffer.
      return undefined;
    }
  }

  private copyObject(value: object, shape: TextShape, inside: Members): object | undefined {
    this.remaining -= SIZE_OF_VALUE;
    if (this.depth >= DEPTH_LIMIT || this.remaining < 0) return undefined;
    if (shape === 'content' && this.copier.isKept(value, this.depth)) {
      this.line?.writeText(JSON.stringify(value));
      return value;
    }
    if (Array.isArray(value)) return this.copyList(value, itemShape(shape), inside);
    return this.copyMembers(
      value,
      typeof shape === 'string' || 'members' in shape ? shape : 'content',
      inside,
    );
  }

  private copyMembers(value: object, shape: MemberShape, inside: Members): object | undefined {
    const copy = this.shallowCopy(value);
    if (copy === undefined) return undefined;
    const start = this.line?.at ?? 0;
    const keys = Object.keys(copy);
    this.depth += 1;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      const last = inside[index];
      const member = last?.key === key ? last : this.addMember(inside, index, key, shape);
      if (member === undefined || !this.copyMember(copy, member)) return undefined;
    }
    this.depth -= 1;
    if (this.line !== undefined) closeObject(this.line, start, keys.length === 0);
    return this.freezes ? Object.freeze(copy) : copy;
  }

  private shallowCopy(value: object): Record<string, unknown> | undefined {
    if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
    const copy: Record<string, unknown> = this.freezes ? copyToFreeze(value) : { ...value };
    // The holder of the copy could reach the value of a symbol key.
    return this.freezes && Object.getOwnPropertySymbols(copy).length > 0 ? undefined : copy;
  }

  private copyMember(copy: Record<string, unknown>, { key, bytes, shape, inside }: Member): boolean {
    if (key === 'value' && memberNames(copy, undefined)(key) !== key) return false;
    this.line?.writeBytes(bytes);
    const value = copy[key];
    if (typeof value !== 'object' || value === null) return this.writeScalar(value, shape);
    const inner = this.copyObject(value, shape, inside);
    copy[key] = inner;
    return inner !== undefined;
  }

  private copyList(
    value: readonly unknown[],
    shape: TextShape,
    inside: Members,
  ): readonly unknown[] | undefined {
    const copy: unknown[] = [];
    const { length } = value;
    this.depth += 1;
    this.line?.writeByte(OPEN_LIST);
    for (let index = 0; index < length; index++) {
      if (index > 0) this.line?.writeByte(COMMA);
      const item = value[index];
      const isObject = typeof item === 'object' && item !== null;
      const inner = isObject ? this.copyObject(item, shape, inside) : item;
      if (isObject ? inner === undefined : !this.writeScalar(inner, shape)) return undefined;
      copy.push(inner);
    }
    this.depth -= 1;
    this.line?.writeByte(CLOSE_LIST);
    return this.freezes ? Object.freeze(copy) : copy;
  }

  /** Whether a scalar is logged unchanged. */
  private writeScalar(value: unknown, shape: TextShape): boolean {
    this.remaining -= SIZE_OF_VALUE;
    if (this.remaining < 0) return false;
    if (typeof value === 'number') return this.writeNumber(value, shape);
    if (typeof value === 'string')
      return shape === 'identifier' ? this.writeIdentifier(value) : this.writeText(value);
    if (typeof value !== 'boolean' && value !== null) return false;
    this.line?.writeAscii(String(value));
    return true;
  }

  private writeNumber(value: number, shape: TextShape): boolean {
    // -0 becomes 0, a number that is not finite becomes a text.
    if (!Number.isFinite(value) || Object.is(value, -0)) return false;
    if (shape !== 'identifier' && this.rules.redactNumber(value) !== value) return false;
    this.line?.writeNumber(value);
    return true;
  }

  private writeText(text: string): boolean {
    const bytes = this.texts.get(text) ?? this.textBytes(text);
    if (bytes === undefined) return false;
    this.remaining -= text.length;
    this.line?.writeBytes(bytes);
    return true;
  }

  private writeIdentifier(text: string): boolean {
    let bytes = this.identifiers.get(text);
    if (bytes === undefined) {
      if (text.length > this.remaining || this.rules.redactIdentifier(text) !== text) return false;
      bytes = this.jsonBytes(text);
      if (text.length <= CACHED_LENGTH) remember(this.identifiers, text, bytes);
    }
    this.remaining -= text.length;
    this.line?.writeBytes(bytes);
    return true;
  }

  private textBytes(text: string): Uint8Array | undefined {
    if (text.length > this.remaining || this.rules.redact(text) !== text) return undefined;
    const bytes = this.jsonBytes(text);
    if (text.length <= CACHED_LENGTH) remember(this.texts, text, bytes);
    return bytes;
  }

  private jsonBytes(text: string): Uint8Array {
    return this.line === undefined ? NO_BYTES : Buffer.from(JSON.stringify(text));
  }

  /** Returns undefined where the key may need another form. */
  private addMember(inside: Members, index: number, key: string, shape: MemberShape): Member | undefined {
    const declared = typeof shape === 'string' ? undefined : shape.members.get(key);
    const isFixed = declared !== undefined || shape === 'identifier';
    const bytes = isFixed ? this.findFixedKey(key) : this.findKey(key);
    if (bytes === undefined) return undefined;
    this.memberCount += 1;
    if (this.memberCount > CACHE_LIMIT) this.forgetMembers();
    const member = { key, bytes, shape: declared ?? undeclaredShape(shape), inside: [] };
    if (index < MEMBERS_LIMIT) inside[index] = member;
    return member;
  }

  private addPayload(shape: TextShape): Members {
    const members: Members = [];
    this.payloads.set(shape, members);
    return members;
  }

  private forgetMembers(): void {
    this.payloads.clear();
    this.memberCount = 0;
  }

  private findFixedKey(key: string): Uint8Array | undefined {
    const known = this.fixedKeys.get(key);
    if (known !== undefined) return known;
    const plain = key !== '__proto__' && key.length <= CACHED_LENGTH;
    if (!plain || this.rules.redactIdentifier(key) !== key) return undefined;
    return rememberKey(this.fixedKeys, key);
  }

  /** Returns undefined where the value of the key may need another form. */
  private findKey(key: string): Uint8Array | undefined {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const plain = key !== '__proto__' && key.length <= CACHED_LENGTH;
    if (!plain || isSecretName(key) || this.rules.redactKey(key) !== key) return undefined;
    return rememberKey(this.keys, key);
  }
}

function rememberKey(cache: Map<string, Uint8Array>, key: string): Uint8Array {
  const bytes = Buffer.from(`,${JSON.stringify(key)}:`);
  remember(cache, key, bytes);
  return bytes;
}

/** The shape of a member that its object does not declare. */
function undeclaredShape(shape: MemberShape): TextShape {
  return typeof shape === 'string' ? shape : (shape.rest ?? 'content');
}

function itemShape(shape: TextShape): TextShape {
  if (typeof shape === 'string') return shape;
  return 'items' in shape ? shape.items : 'content';
}

/** Writes a comma before every key; the opening brace replaces the first. */
function closeObject(line: LineBuffer, start: number, empty: boolean): void {
  if (empty) line.writeByte(OPEN_OBJECT);
  else line.bytes[start] = OPEN_OBJECT;
  line.writeByte(CLOSE_OBJECT);
}

function remember(cache: Map<string, Uint8Array>, key: string, bytes: Uint8Array): void {
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, bytes);
}
