// Copies the payload of an event, each value on its own. A large value is cut, and the object around it still matches
// its schema.
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

export function copyPayload(copier: JsonSafeCopier, data: object): object {
  const first = new PayloadCopy(copier, PAYLOAD_LIMIT);
  const payload = first.copy(data);
  if (first.used <= SAFE_LIMIT || Buffer.byteLength(JSON.stringify(payload)) < MAX_LINE_BYTES - FRAME_LIMIT) {
    return payload;
  }
  return new PayloadCopy(copier, SAFE_LIMIT).copy(data);
}

class PayloadCopy {
  used = 0;
  private readonly copier: JsonSafeCopier;
  private readonly limit: number;

  constructor(copier: JsonSafeCopier, limit: number) {
    this.copier = copier;
    this.limit = limit;
  }

  /** Copies member by member: some are left out, or get another key. */
  copy(data: object): object {
    const copy: Record<string, unknown> = {};
    const nameOf = memberNames(data, undefined);
    for (const key of Object.keys(data)) {
      const member = (data as Readonly<Record<string, unknown>>)[key];
      if (member === undefined) continue;
      const shown = this.copier.copyKey(key);
      setMember(copy, shown === key ? key : freeName(copy, shown), this.copyMember(key, member, nameOf(key)));
    }
    return this.copier.finish(copy);
  }

  private copyMember(key: string, member: unknown, name: string | undefined): unknown {
    return key === 'patches' && Array.isArray(member)
      ? this.copyPatches(member)
      : this.copyValue(member, name);
  }

  private copyValue(value: unknown, name: string | undefined): unknown {
    if (typeof value === 'number') return scalarForm(value);
    const copy = this.copier.copy(value, name, Math.min(VALUE_LIMIT, Math.max(this.limit - this.used, 0)));
    this.used += this.copier.used;
    return copy;
  }

  private copyPatches(patches: readonly unknown[]): readonly unknown[] {
    return this.copier.finish(patches.map((patch) => this.copyPatch(patch)));
  }

  private copyPatch(patch: unknown): unknown {
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
      return this.copyValue(patch, undefined);
    const { value, ...frame } = patch as { readonly value?: unknown };
    const copy = this.copier.copy(frame, undefined, FRAME_LIMIT) as object;
    this.used += this.copier.used;
    if (!Object.hasOwn(patch, 'value')) return copy;
    return this.copier.finish({
      ...copy,
      value: this.copyValue(value, memberNames(patch, undefined)('value')),
    });
  }
}
