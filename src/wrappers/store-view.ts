// The store as one node sees it: what it writes goes to its own namespace, what it reads is looked up
// there first and then at the root. Keys like `__this__` always live at the root. Values are handed
// through as they are, so a node sees the same plain values whether or not anybody looks on.
import type { NodeObserver, SharedStore } from '../flow/context.ts';

export function isSystemKey(key: string): boolean {
  return key.startsWith('__') && key.endsWith('__') && key.length > 4;
}

/** Without a `namespace` the node works on the root. */
export function viewStore(
  root: SharedStore,
  namespace: string | undefined,
  observer?: NodeObserver,
): SharedStore {
  return new Proxy<SharedStore>({}, new StoreView(root, namespace, observer));
}

const QUIET = Symbol('quiet');

/** The same view with nobody looking on, for readers that say themselves what they touched. */
export function unobservedView(view: SharedStore): SharedStore {
  return ((view as Record<symbol, unknown>)[QUIET] ?? view) as SharedStore;
}

class StoreView implements ProxyHandler<SharedStore> {
  private readonly root: SharedStore;
  private readonly namespace: string | undefined;
  private readonly observer: NodeObserver | undefined;

  constructor(root: SharedStore, namespace: string | undefined, observer: NodeObserver | undefined) {
    this.root = root;
    this.namespace = namespace;
    this.observer = observer;
  }

  get(_target: SharedStore, key: string | symbol): unknown {
    if (key === QUIET) return this.observer === undefined ? undefined : viewStore(this.root, this.namespace);
    if (typeof key === 'symbol') return Reflect.get(this.root, key);
    return Reflect.get(this.place(key), key);
  }

  has(_target: SharedStore, key: string | symbol): boolean {
    return typeof key === 'symbol' ? key in this.root : key in this.place(key);
  }

  set(_target: SharedStore, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'symbol') return false;
    const place = this.own(key);
    // A plain assignment to `__proto__` would change the prototype of the store instead of a key.
    return Reflect.defineProperty(place, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }

  defineProperty(_target: SharedStore, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (typeof key === 'symbol') return false;
    return Reflect.defineProperty(this.own(key), key, { ...descriptor, configurable: true });
  }

  deleteProperty(_target: SharedStore, key: string | symbol): boolean {
    if (typeof key === 'symbol') return false;
    return Reflect.deleteProperty(this.own(key), key);
  }

  ownKeys(): (string | symbol)[] {
    const keys = new Set<string | symbol>();
    if (this.namespace !== undefined) {
      for (const key of Reflect.ownKeys(this.namespaced() ?? {})) keys.add(key);
    }
    for (const key of Reflect.ownKeys(this.root)) if (key !== this.namespace) keys.add(key);
    return [...keys];
  }

  getOwnPropertyDescriptor(_target: SharedStore, key: string | symbol): PropertyDescriptor | undefined {
    const place = typeof key === 'symbol' ? this.root : this.place(key);
    const found = Reflect.getOwnPropertyDescriptor(place, key);
    return found === undefined ? undefined : { ...found, configurable: true };
  }

  /** Where a key is read. */
  private place(key: string): SharedStore {
    if (this.namespace !== undefined && !isSystemKey(key)) {
      const own = this.namespaced();
      if (own !== undefined && Object.hasOwn(own, key)) {
        this.observer?.touched([this.namespace, key]);
        return own;
      }
    }
    this.observer?.touched([key]);
    return this.root;
  }

  /** Where a key is written; makes the namespace when it is not there yet. */
  private own(key: string): SharedStore {
    if (this.namespace === undefined || isSystemKey(key)) {
      this.observer?.touched([key]);
      return this.root;
    }
    this.observer?.touched([this.namespace, key]);
    const existing = this.namespaced();
    if (existing !== undefined) return existing;
    const fresh: SharedStore = {};
    this.root[this.namespace] = fresh;
    return fresh;
  }

  private namespaced(): SharedStore | undefined {
    const own = this.namespace === undefined ? undefined : this.root[this.namespace];
    return typeof own === 'object' && own !== null ? (own as SharedStore) : undefined;
  }
}
