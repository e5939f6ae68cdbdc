// Finds the values that a log has in another form, such as large integers. Marks in texts show what was cut or
// redacted; a text that only looks like one is listed, since it is there as it was.
import type { InexactValue } from '../events/content-events.ts';
import { hasMarkText } from '../values/log-marks.ts';
import type { SharedStore } from '../flow/context.ts';

/** Lists the values that their form in a log does not show as they are. */
export function findInexact(
  value: unknown,
  form: unknown,
  path: readonly (string | number)[],
): InexactValue[] {
  const found: InexactValue[] = [];
  collectInexact(value, form, { path: [...path], found, depth: 0 });
  return found;
}

interface Search {
  readonly path: (string | number)[];
  readonly found: InexactValue[];
  readonly depth: number;
}

const DEPTH = 200;
const LISTED = 1_000;

function collectInexact(value: unknown, form: unknown, search: Search): void {
  const { path, found, depth } = search;
  if (found.length >= LISTED || depth > DEPTH) return;
  const was = Object.is(value, form) ? kindOfExact(value) : kindOfInexact(value);
  if (was !== undefined) found.push({ path: [...path], was });
  else if (isObject(value) && isObject(form) && value !== form) collectMembers(value, form, search);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function collectMembers(value: object, form: object, search: Search): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1)
      collectMember(value[index], (form as readonly unknown[])[index], index, search);
    return;
  }
  for (const key in value)
    collectMember((value as SharedStore)[key], (form as SharedStore)[key], key, search);
}

function kindOfExact(value: unknown): string | undefined {
  return typeof value === 'string' && hasMarkText(value) ? 'text' : undefined;
}

/** Scalars that are equal are most members: few of them take a call. */
function collectMember(value: unknown, form: unknown, key: string | number, search: Search): void {
  if (value === form && (typeof value !== 'string' || !hasMarkText(value))) return;
  search.path.push(key);
  collectInexact(value, form, { ...search, depth: search.depth + 1 });
  search.path.pop();
}

/** The name of a kind of value that JSON lacks. Texts have marks where something is missing. */
function kindOfInexact(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : 'number';
    case 'object':
      return value === null || Array.isArray(value) ? undefined : kindOfObject(value);
    default:
      return typeof value;
  }
}

function kindOfObject(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return undefined;
  const { constructor } = value;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'object';
}
