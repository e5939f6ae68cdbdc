// Keeps the shared store as the log has it. After a node, the keys that it touched are compared with their recorded
// form. So a change in place is found, and the time grows with the touched keys, not with the size of the store.
import type { InexactValue, StorePatch } from '../events/content-events.ts';
import type { SharedStore } from '../flow/context.ts';
import { diff } from './diff.ts';
import { findInexact } from './find-inexact.ts';

export type TouchedPath = readonly [string] | readonly [string, string];

interface Recorded {
  /** The value as the log has it. */
  readonly form: unknown;
  /** The value itself, kept only where it cannot change in place. */
  readonly raw: unknown;
}

type Slots = Map<string, Recorded>;

export class RecordedStore {
  private readonly root: SharedStore;
  private readonly toRecorded: (value: unknown) => unknown;
  /** Keys of the root whose values are hidden, with what replaces them. */
  private readonly hidden: ReadonlyMap<string, string>;
  private readonly slots: Slots = new Map();
  /** Keeps namespaces key by key, so that one key can be compared alone. */
  private readonly namespaces = new Map<string, Slots>();

  private inexact: InexactValue[] = [];
  /** Root keys whose values are known and not in the log. */
  private readonly adopted = new Set<string>();
  private readonly prefix: string;

  /**
   * `toRecorded` converts a value to the form in which the log has it. `prefix` precedes the root keys in the log:
   * the path of a nested workflow.
   */
  constructor(
    root: SharedStore,
    toRecorded: (value: unknown) => unknown,
    hidden: ReadonlyMap<string, string> = new Map(),
    prefix = '',
  ) {
    this.prefix = prefix;
    this.hidden = hidden;
    this.root = root;
    this.toRecorded = toRecorded;
  }

  /** Returns the whole current store as additions. */
  initial(): StorePatch[] {
    return this.changes(Object.keys(this.root).map((key): TouchedPath => [key]));
  }

  /** Returns the last changed values that the log has in another form, if any. */
  takeInexact(): InexactValue[] | undefined {
    const { inexact } = this;
    if (inexact.length === 0) return undefined;
    this.inexact = [];
    if (this.prefix === '') return inexact;
    return inexact.map(({ path: [key = '', ...rest], was }) => ({
      path: [this.prefix + String(key), ...rest],
      was,
    }));
  }

  /** Takes the current contents as known. A key is in the log once it has changed. */
  adopt(): void {
    for (const key of Object.keys(this.root)) {
      this.compareRootKey(key, []);
      this.adopted.add(key);
    }
  }

  /** Returns the changes of the touched keys since they were last compared. */
  changes(touched: Iterable<TouchedPath>): StorePatch[] {
    const patches: StorePatch[] = [];
    for (const [key, inner] of touched) {
      if (this.adopted.has(key)) this.compareAdopted(key, patches);
      else if (inner === undefined) this.compareRootKey(key, patches);
      else this.compareInnerKey(key, inner, patches);
    }
    return this.prefix === '' ? patches : patches.map((patch) => this.withPrefix(patch));
  }

  /** The log has no earlier value that a change could refer to. */
  private compareAdopted(key: string, patches: StorePatch[]): void {
    const changes: StorePatch[] = [];
    this.compareRootKey(key, changes);
    if (changes.length === 0) return;
    this.adopted.delete(key);
    const slot = this.slots.get(key);
    if (slot !== undefined) patches.push({ op: 'add', path: [key], value: slot.form });
  }

  private withPrefix({ path: [key = '', ...rest], ...patch }: StorePatch): StorePatch {
    return { ...patch, path: [this.prefix + String(key), ...rest] };
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
      this.slots.set(key, { form: toForm(namespace), raw: undefined });
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

  private formOfRootKey(key: string, value: unknown): unknown {
    return (value === null ? undefined : this.hidden.get(key)) ?? this.toRecorded(value);
  }

  private compare(
    slots: Slots,
    holder: SharedStore,
    key: string,
    path: string[],
    patches: StorePatch[],
  ): void {
    const before = slots.get(key);
    if (!Object.hasOwn(holder, key)) {
      if (before !== undefined) patches.push({ op: 'remove', path: [...path, key] });
      slots.delete(key);
      return;
    }
    const value = holder[key];
    const isImmutable = typeof value !== 'object' && typeof value !== 'function';
    if (before !== undefined && isImmutable && value !== undefined && before.raw === value) return;
    const form = path.length === 0 ? this.formOfRootKey(key, value) : this.toRecorded(value);
    slots.set(key, { form, raw: isImmutable ? value : undefined });
    this.inexact.push(...findInexact(value, form, [...path, key]));
    if (before === undefined) patches.push({ op: 'add', path: [...path, key], value: form });
    else patches.push(...diff(before.form, form, [...path, key]));
  }
}

function isNamespace(value: unknown): value is SharedStore {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toForm(namespace: Slots): Record<string, unknown> {
  return Object.fromEntries([...namespace].map(([key, slot]) => [key, slot.form]));
}
