// Gives the log forms of values that JSON cannot represent, or that are too large. They are listed in docs/values.md.
import { types } from 'node:util';
import { freeName, setMember } from './members.ts';

/** Marks an object that is copied member by member. */
export const ORDINARY = Symbol('ordinary');

export const CIRCULAR = '<circular>';

/** The form of a value that is not an object. */
export function scalarForm(value: unknown): string | number | boolean | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // `+ 0` turns -0 into 0.
      return Number.isFinite(value) ? value + 0 : String(value);
    case 'bigint':
      return String(value);
    case 'function':
      return `<function ${value.name === '' ? 'anonymous' : value.name}>`;
    case 'symbol':
      return `<symbol ${value.description ?? ''}>`;
    default:
      return null;
  }
}

/**
 * A simpler value to copy instead of an object: its own form, or the result of its `toJSON(name)`. `ORDINARY` where the
 * object is copied member by member. May throw what the object throws.
 */
export function simplerForm(value: object, name: string | undefined): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const form = objectForm(value);
    if (form !== ORDINARY) return form;
  }
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON !== 'function') return ORDINARY;
  const simpler: unknown = Reflect.apply(toJSON, value, [name ?? '']);
  return simpler === value ? ORDINARY : simpler;
}

function objectForm(value: object): unknown {
  if (types.isProxy(value)) return ORDINARY;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '<invalid date>' : value.toISOString();
  if (types.isMap(value)) return pairsForm(value);
  if (types.isSet(value)) return [...value];
  if (value instanceof Error || types.isNativeError(value)) return errorForm(value);
  if (types.isBoxedPrimitive(value)) return value.valueOf();
  if (value instanceof RegExp) return String(value);
  return opaqueForm(value);
}

/** Forms of objects whose content cannot be shown. */
function opaqueForm(value: object): unknown {
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return binaryForm(value.byteLength);
  if (value instanceof Blob) return binaryForm(value.size);
  if (types.isPromise(value)) return '<promise>';
  if (types.isGeneratorObject(value)) return '<generator>';
  const weak = value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef;
  return weak ? '<weak reference>' : ORDINARY;
}

function binaryForm(bytes: number): string {
  return `<binary data: ${String(bytes)} bytes>`;
}

/** Keys become text, so that secret names are recognised. */
function pairsForm(map: ReadonlyMap<unknown, unknown>): object {
  const result: Record<string, unknown> = {};
  for (const [key, value] of map) {
    const name = typeof key === 'object' && key !== null ? '<object>' : String(key);
    setMember(result, freeName(result, name), value);
  }
  return result;
}

function errorForm(error: Error): object {
  const { name, message, cause } = error;
  const own = Object.entries(error).filter(([key]) => key !== 'stack');
  return { name, message, ...(cause === undefined ? {} : { cause }), ...Object.fromEntries(own) };
}

export function cutMark(count: number, what: string): string {
  return `<cut: ${String(count)} more ${what}>`;
}

/** The first `limit` bytes without a partial character, and the original size. */
export function cutText(text: string, limit: number, original: string): string {
  const bytes = Buffer.from(text.slice(0, limit));
  let end = Math.min(limit, bytes.length);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)} <cut: ${String(Buffer.byteLength(original))} bytes>`;
}
