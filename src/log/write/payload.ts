// Copies the payload of an event, each value on its own. A large value is cut, and the object around it still matches
// its schema.
import type { ObjectShape, TextShape } from '../../events/text-shape.ts';
import { MAX_LINE_BYTES } from '../line-form.ts';
import { memberNames } from '../secrets/secret-names.ts';
import { VALUE_LIMIT, type JsonSafeCopier } from './json-safe.ts';
import { freeName, setMember } from './members.ts';
import { scalarForm } from './value-forms.ts';

/** Approximate bytes of all values of one event. */
const PAYLOAD_LIMIT = 32 * 1024 * 1024;
/** Fits a line even with each character escaped to six bytes. */
const SAFE_LIMIT = 8 * 1024 * 1024;
const FRAME_LIMIT = 64 * 1024;

export interface PayloadCopiers {
  readonly content: JsonSafeCopier;
  readonly identifiers: JsonSafeCopier;
}

export function copyPayload(copiers: PayloadCopiers, data: object, shape: TextShape): object {
  const first = new PayloadCopy(copiers, PAYLOAD_LIMIT);
  const payload = first.copy(data, shape);
  if (first.used <= SAFE_LIMIT || Buffer.byteLength(JSON.stringify(payload)) < MAX_LINE_BYTES - FRAME_LIMIT) {
    return payload;
  }
  return new PayloadCopy(copiers, SAFE_LIMIT).copy(data, shape);
}

class PayloadCopy {
  used = 0;
  private readonly copiers: PayloadCopiers;
  private readonly limit: number;

  constructor(copiers: PayloadCopiers, limit: number) {
    this.copiers = copiers;
    this.limit = limit;
  }

  copy(data: object, shape: TextShape): object {
    return this.copyMembers(data, shape === 'content' ? NO_MEMBERS : (shape as ObjectShape));
  }

  /** Copies member by member: some are left out, or get another key. */
  private copyMembers(data: object, { members, rest = 'content' }: ObjectShape): object {
    const copy: Record<string, unknown> = {};
    const nameOf = memberNames(data, undefined);
    for (const key of Object.keys(data)) {
      const member = (data as Readonly<Record<string, unknown>>)[key];
      if (member === undefined) continue;
      const shape = members.get(key);
      const shown = shape === undefined ? this.copiers.content.copyKey(key) : key;
      const free = shown === key ? key : freeName(copy, shown);
      setMember(copy, free, this.copyShaped(member, nameOf(key), shape ?? rest));
    }
    return this.copiers.content.finish(copy);
  }

  private copyShaped(value: unknown, name: string | undefined, shape: TextShape): unknown {
    if (shape === 'content' || shape === 'identifier') return this.copyValue(value, name, shape);
    if ('items' in shape) {
      if (!Array.isArray(value)) return this.copyValue(value, name, 'content');
      const items = value.map((item: unknown) => this.copyShaped(item, name, shape.items));
      return this.copiers.content.finish(items);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.copyValue(value, name, 'content');
    const { used } = this;
    const copy = this.copyMembers(value, shape);
    if (shape.isOneValue !== true || Buffer.byteLength(JSON.stringify(copy)) <= VALUE_LIMIT) return copy;
    this.used = used;
    return this.copyValue(value, name, 'content');
  }

  private copyValue(value: unknown, name: string | undefined, shape: 'content' | 'identifier'): unknown {
    const copier = this.copiers[shape === 'content' ? 'content' : 'identifiers'];
    if (typeof value === 'number' && shape === 'identifier') return scalarForm(value);
    const copy = copier.copy(value, name, Math.min(VALUE_LIMIT, Math.max(this.limit - this.used, 0)));
    this.used += copier.used;
    return copy;
  }
}

const NO_MEMBERS: ObjectShape = { members: new Map() };
