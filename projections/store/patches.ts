// Applies recorded patches to a shared store that holds one value per root key. Values are shared and never changed in
// place, so a kept value stays as it is. Nothing throws: a patch that does not fit is not applied.
import { isDraft, original } from 'immer';
import type { StorePatch } from '../../src/events/content-events.ts';

/** The root of the store: a map, since a key may be `__proto__`. */
export type StoreRoot = Map<string, unknown>;

/** The effect of one patch on a root key or on a child of it. `undefined`: absent. */
export interface StoreChange {
  readonly patch: StorePatch;
  readonly key: string;
  /** The child that `before` and `after` belong to. It is null if they are the whole value of the key. */
  readonly child: string | null;
  /** The value of the key is a list, and `child` is an index. */
  readonly inList: boolean;
  readonly before: unknown;
  readonly after: unknown;
}

/** Returns undefined, and leaves the store unchanged, if the patch does not fit. */
export function applyStorePatch(root: StoreRoot, patch: StorePatch): StoreChange | undefined {
  const [first, ...rest] = patch.path;
  if (first === undefined || (patch.op !== 'remove' && patch.value === undefined)) return undefined;
  const key = String(first);
  const before = undraft(root.get(key));
  const after = rest.length === 0 ? patch.value : applyToValue(before, { ...patch, path: rest });
  if (after === undefined && (rest.length > 0 || before === undefined)) return undefined;
  if (after === undefined) root.delete(key);
  else root.set(key, after);
  const inList = Array.isArray(before);
  const [name] = rest;
  // A list that became shorter changed as a whole.
  if (name === undefined || (inList && name === 'length'))
    return { patch, key, child: null, inList, before, after };
  const child = String(name);
  return { patch, key, child, inList, before: childOf(before, child), after: childOf(after, child) };
}

export function childOf(value: unknown, child: string): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, child);
  return isThere ? (value as Record<string, unknown>)[child] : undefined;
}

function undraft(value: unknown): unknown {
  return isDraft(value) ? original(value) : value;
}

function applyToValue(value: unknown, patch: StorePatch): unknown {
  try {
    const holder = holderOf(value, patch.path);
    if (holder === undefined || !canApply(holder, patch)) return undefined;
    walk(patch.value);
    return rebuild(value, patch.path, patch);
  } catch {
    // Nested too deeply for the stack: the store could be neither frozen nor printed.
    return undefined;
  }
}

function walk(value: unknown): void {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) walk(inner);
}

/**
 * Copies the objects along the path and shares everything else. Not by Immer, which rejects reserved names such as
 * `__proto__`, visits every element of a list that it changes, and takes several times as long.
 */
function rebuild(holder: unknown, [name = '', ...rest]: StorePatch['path'], patch: StorePatch): unknown {
  if (Array.isArray(holder)) return rebuildList(holder, name, rest, patch);
  const members = holder as Readonly<Record<string, unknown>>;
  // A computed name is an own key, `__proto__` too.
  if (rest.length > 0) return { ...members, [name]: rebuild(members[name], rest, patch) };
  if (patch.op !== 'remove') return { ...members, [name]: patch.value };
  const { [name]: _removed, ...kept } = members;
  return kept;
}

function rebuildList(
  list: readonly unknown[],
  name: string | number,
  rest: StorePatch['path'],
  patch: StorePatch,
): unknown[] {
  const index = Number(name);
  if (rest.length > 0) return list.with(index, rebuild(list[index], rest, patch));
  switch (patch.op) {
    case 'add':
      return list.toSpliced(index, 0, patch.value);
    case 'remove':
      return list.toSpliced(index, 1);
    case 'replace':
      return name === 'length' ? list.slice(0, Number(patch.value)) : list.with(index, patch.value);
    default:
      return patch.op satisfies never;
  }
}

/** The object or list that the last step of `path` is a key of. */
function holderOf(value: unknown, path: StorePatch['path']): object | undefined {
  let holder = value;
  for (const name of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name)) return undefined;
    holder = (holder as Record<string | number, unknown>)[name];
  }
  return typeof holder === 'object' && holder !== null ? holder : undefined;
}

function canApply(holder: object, patch: StorePatch): boolean {
  const name = patch.path.at(-1);
  if (name === undefined) return false;
  if (!Array.isArray(holder)) return patch.op !== 'remove' || Object.hasOwn(holder, name);
  if (name === 'length') {
    return patch.op === 'replace' && isIndex(patch.value, holder.length);
  }
  if (String(Number(name)) !== String(name)) return false;
  return isIndex(Number(name), patch.op === 'add' ? holder.length : holder.length - 1);
}

function isIndex(value: unknown, highest: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= highest;
}
