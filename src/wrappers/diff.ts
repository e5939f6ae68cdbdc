// Computes the difference of two JSON values as patches in the form of Immer's `applyPatches`.
import type { StorePatch } from '../events/content-events.ts';
import { isObject } from '../values/json-fields.ts';

type Path = readonly (string | number)[];

/** A container with more changes is written whole, which is shorter and easier to read. */
const MAX_PATCHES = 64;

export function diff(before: unknown, after: unknown, path: Path): StorePatch[] {
  if (before === after) return [];
  let patches: StorePatch[] | undefined;
  if (Array.isArray(before) && Array.isArray(after)) patches = diffLists(before, after, path);
  else if (isObject(before) && isObject(after)) patches = diffRecords(before, after, path);
  if (patches !== undefined && patches.length <= MAX_PATCHES) return patches;
  return [{ op: 'replace', path: [...path], value: after }];
}

function diffLists(before: readonly unknown[], after: readonly unknown[], path: Path): StorePatch[] {
  const patches: StorePatch[] = [];
  const common = Math.min(before.length, after.length);
  for (let index = 0; index < common; index += 1) {
    patches.push(...diff(before[index], after[index], [...path, index]));
    if (patches.length > MAX_PATCHES) return patches;
  }
  // From the end, so that the indices of the remaining removals stay valid.
  for (let index = before.length - 1; index >= common; index -= 1) {
    patches.push({ op: 'remove', path: [...path, index] });
  }
  for (let index = common; index < after.length; index += 1) {
    patches.push({ op: 'add', path: [...path, index], value: after[index] });
  }
  return patches;
}

function diffRecords(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: Path,
): StorePatch[] {
  const patches: StorePatch[] = [];
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) patches.push({ op: 'remove', path: [...path, key] });
  }
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) patches.push({ op: 'add', path: [...path, key], value: after[key] });
    else patches.push(...diff(before[key], after[key], [...path, key]));
    if (patches.length > MAX_PATCHES) return patches;
  }
  return patches;
}
