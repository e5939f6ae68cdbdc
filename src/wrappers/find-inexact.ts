// Finds the values that a log has in another form, such as large integers. Marks in texts show what was cut or redacted,
// so texts are left out.
import type { InexactValue } from '../events/content-events.ts';
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
  if (Object.is(value, form) || found.length >= LISTED || depth > DEPTH) return;
  const was = kindOfInexact(value);
  if (was !== undefined) {
    found.push({ path: [...path], was });
    return;
  }
  if (typeof value !== 'object' || value === null || typeof form !== 'object' || form === null) return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1)
      collectMember(value[index], (form as readonly unknown[])[index], index, search);
    return;
  }
  for (const key in value)
    collectMember((value as SharedStore)[key], (form as SharedStore)[key], key, search);
}

/** Scalars that are equal are most members: they are compared without a call. */
function collectMember(value: unknown, form: unknown, key: string | number, search: Search): void {
  if (value === form) return;
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
