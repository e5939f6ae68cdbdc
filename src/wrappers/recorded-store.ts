// The shared store as the log has it. After a node, the keys that it touched are compared with their
// recorded form: a change in place is seen, and the cost follows what was touched, not what there is.
import type { StorePatch } from '../events/content-events.ts';
import type { SharedStore } from '../flow/context.ts';
import { diff } from './diff.ts';

export type TouchedPath = readonly [string] | readonly [string, string];

interface Recorded {
  /** What stands in the log. */
  readonly form: unknown;
  /** The value itself where it cannot change in place. */
  readonly raw: unknown;
}

type Slots = Map<string, Recorded>;

export class RecordedStore {
  private readonly root: SharedStore;
  private readonly recorded: (value: unknown) => unknown;
  private readonly slots: Slots = new Map();
  /** Namespaces are kept by their keys, so that one key can be compared without its neighbours. */
  private readonly namespaces = new Map<string, Slots>();

  constructor(root: SharedStore, recorded: (value: unknown) => unknown) {
    this.root = root;
    this.recorded = recorded;
  }

  /** Everything that is in the store now, as additions. */
  initial(): StorePatch[] {
    return this.changes(Object.keys(this.root).map((key): TouchedPath => [key]));
  }

  changes(touched: Iterable<TouchedPath>): StorePatch[] {
    const patches: StorePatch[] = [];
    for (const [key, inner] of touched) {
      if (inner === undefined) this.compareRootKey(key, patches);
      else this.compareInnerKey(key, inner, patches);
    }
    return patches;
  }

  private compareRootKey(key: string, patches: StorePatch[]): void {
    const namespace = this.namespaces.get(key);
    const value = this.root[key];
    if (namespace === undefined) {
      this.compare(this.slots, this.root, key, [], patches);
      return;
    }
    if (!isNamespace(value)) {
      this.namespaces.delete(key);
      this.slots.set(key, { form: formOf(namespace), raw: undefined });
      this.compare(this.slots, this.root, key, [], patches);
      return;
    }
    for (const inner of new Set([...namespace.keys(), ...Object.keys(value)])) {
      this.compare(namespace, value, inner, [key], patches);
    }
  }

  private compareInnerKey(key: string, inner: string, patches: StorePatch[]): void {
    const value = this.root[key];
    if (!isNamespace(value) || this.slots.has(key)) {
      this.compareRootKey(key, patches);
      return;
    }
    let namespace = this.namespaces.get(key);
    if (namespace === undefined) {
      namespace = new Map();
      this.namespaces.set(key, namespace);
      patches.push({ op: 'add', path: [key], value: {} });
    }
    this.compare(namespace, value, inner, [key], patches);
  }

  private compare(
    slots: Slots,
    holder: SharedStore,
    key: string,
    path: string[],
    patches: StorePatch[],
  ): void {
    const before = slots.get(key);
    const present = Object.hasOwn(holder, key);
    if (!present) {
      if (before !== undefined) patches.push({ op: 'remove', path: [...path, key] });
      slots.delete(key);
      return;
    }
    const value = holder[key];
    const fixed = typeof value !== 'object' && typeof value !== 'function';
    if (before !== undefined && fixed && value !== undefined && before.raw === value) return;
    const form = this.recorded(value);
    slots.set(key, { form, raw: fixed ? value : undefined });
    if (before === undefined) patches.push({ op: 'add', path: [...path, key], value: form });
    else patches.push(...diff(before.form, form, [...path, key]));
  }
}

function isNamespace(value: unknown): value is SharedStore {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function formOf(namespace: Slots): Record<string, unknown> {
  return Object.fromEntries([...namespace].map(([key, slot]) => [key, slot.form]));
}
