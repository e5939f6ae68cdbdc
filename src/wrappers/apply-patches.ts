// Applies recorded changes to a live store, in place: the store then holds what it held in the earlier run.
import type { InexactValue, StorePatch } from '../events/content-events.ts';
import type { SharedStore } from '../flow/context.ts';
import { ownMember } from '../values/json-fields.ts';

/**
 * Applies patches to a store in place. Values are copied, since those of events may be frozen, and the store changes.
 * Throws for a patch that does not fit: then the record is of another store.
 */
export function applyPatchesInPlace(store: SharedStore, patches: readonly StorePatch[]): void {
  for (const patch of patches) applyInPlace(store, structuredClone(patch));
}

function applyInPlace(store: SharedStore, { op, path, value }: StorePatch): void {
  const holder = path.slice(0, -1).reduce<unknown>((value_, key) => ownMember(value_, key), store);
  const key = path.at(-1);
  if (typeof holder !== 'object' || holder === null || key === undefined) throw unfitError(path);
  if (Array.isArray(holder)) changeList(holder, key, op, value);
  else if (op === 'remove') Reflect.deleteProperty(holder, key);
  else setMember(holder, String(key), value);
}

function changeList(list: unknown[], key: string | number, op: StorePatch['op'], value: unknown): void {
  if (key === 'length') list.length = Number(value);
  else if (op === 'add') list.splice(Number(key), 0, value);
  else if (op === 'remove') list.splice(Number(key), 1);
  else list[Number(key)] = value;
}

/** A plain assignment to `__proto__` would change the prototype instead of a key. */
function setMember(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

function unfitError(path: StorePatch['path']): Error {
  return new Error(`the recorded change of ${path.join('.')} does not fit the store`);
}

/** Puts back integers, undefined and numbers that JSON lacks. Other values stay in the form of the log. */
export function restoreInexact(store: SharedStore, inexact: readonly InexactValue[] = []): void {
  for (const { path, was } of inexact) {
    const holder = path.slice(0, -1).reduce<unknown>((value, key) => ownMember(value, key), store);
    const key = path.at(-1);
    if (typeof holder !== 'object' || holder === null || key === undefined) continue;
    const exact = exactValue(ownMember(holder, key), was);
    if (exact !== undefined) setMember(holder, String(key), exact.value);
  }
}

/** Kinds of values that can be put back. A text is there as it was, and only looks like a mark. */
export const RESTORABLE_KINDS: ReadonlySet<string> = new Set(['bigint', 'number', 'undefined', 'text']);

function exactValue(form: unknown, was: string): { readonly value: unknown } | undefined {
  if (was === 'undefined') return form === undefined || form === null ? { value: undefined } : undefined;
  if (typeof form !== 'string') return undefined;
  if (was === 'bigint') return /^-?\d+$/u.test(form) ? { value: BigInt(form) } : undefined;
  return was === 'number' && /^(?:NaN|-?Infinity)$/u.test(form) ? { value: Number(form) } : undefined;
}
