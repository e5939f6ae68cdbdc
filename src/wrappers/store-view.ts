// Shows the store as one node sees it. Writes go to the namespace of the node; reads look there first and then at the
// root. Keys such as `__this__` always belong to the root. Values are passed through unchanged, so a node sees the same
// plain values with an observer and without.
import type { NodeObserver, SharedStore } from '../flow/context.ts';

export function isSystemKey(key: string): boolean {
  return key.startsWith('__') && key.endsWith('__') && key.length > 4;
}

/** The keys that one visit of a node used. */
export interface UsedKeys {
  readonly written: Set<string>;
  /** Read keys with an object as their value: the node may have changed it in place. */
  readonly objectsRead: Set<string>;
}

/**
 * Makes a view for the node whose id is `namespace`. Without a namespace the node works on the root. The keys that the
 * node uses are added to `used`.
 */
export function viewStore(
  root: SharedStore,
  namespace: string | undefined,
  observer?: NodeObserver,
  used?: UsedKeys,
): SharedStore {
  return new Proxy<SharedStore>({}, new StoreView(root, namespace, observer, used));
}

const UNOBSERVED = Symbol('unobserved');

/** Returns the same view, which reports and counts nothing. Its reader reports by itself what it touched. */
export function unobservedView(view: SharedStore): SharedStore {
  return ((view as Record<symbol, unknown>)[UNOBSERVED] ?? view) as SharedStore;
}

class StoreView implements ProxyHandler<SharedStore> {
  private readonly root: SharedStore;
  private readonly namespace: string | undefined;
  private readonly observer: NodeObserver | undefined;
  private readonly used: UsedKeys | undefined;

  constructor(
    root: SharedStore,
    namespace: string | undefined,
    observer: NodeObserver | undefined,
    used: UsedKeys | undefined,
  ) {
    this.root = root;
    this.namespace = namespace;
    this.observer = observer;
    this.used = used;
  }

  get(_target: SharedStore, key: string | symbol): unknown {
    if (key === UNOBSERVED)
      return this.observer === undefined && this.used === undefined
        ? undefined
        : viewStore(this.root, this.namespace);
    if (typeof key === 'symbol') return Reflect.get(this.root, key);
    const value: unknown = Reflect.get(this.holderToRead(key), key);
    if (typeof value === 'object' && value !== null) this.used?.objectsRead.add(key);
    return value;
  }

  has(_target: SharedStore, key: string | symbol): boolean {
    return typeof key === 'symbol' ? key in this.root : key in this.holderToRead(key);
  }

  set(_target: SharedStore, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'symbol') return false;
    // A plain assignment to `__proto__` would change the prototype instead of a key.
    return Reflect.defineProperty(this.holderToWrite(key), key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }

  defineProperty(_target: SharedStore, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    if (typeof key === 'symbol') return false;
    return Reflect.defineProperty(this.holderToWrite(key), key, { ...descriptor, configurable: true });
  }

  deleteProperty(_target: SharedStore, key: string | symbol): boolean {
    if (typeof key === 'symbol') return false;
    return Reflect.deleteProperty(this.holderToWrite(key), key);
  }

  ownKeys(): (string | symbol)[] {
    const keys = new Set<string | symbol>();
    if (this.namespace !== undefined) {
      for (const key of Reflect.ownKeys(this.ownNamespace() ?? {})) keys.add(key);
    }
    for (const key of Reflect.ownKeys(this.root)) if (key !== this.namespace) keys.add(key);
    return [...keys];
  }

  getOwnPropertyDescriptor(_target: SharedStore, key: string | symbol): PropertyDescriptor | undefined {
    const holder = typeof key === 'symbol' ? this.root : this.holderToRead(key);
    const found = Reflect.getOwnPropertyDescriptor(holder, key);
    return found === undefined ? undefined : { ...found, configurable: true };
  }

  private holderToRead(key: string): SharedStore {
    if (this.namespace !== undefined && !isSystemKey(key)) {
      const own = this.ownNamespace();
      if (own !== undefined && Object.hasOwn(own, key)) {
        this.observer?.touched([this.namespace, key]);
        return own;
      }
    }
    this.observer?.touched([key]);
    return this.root;
  }

  /** Creates the namespace where it is missing. */
  private holderToWrite(key: string): SharedStore {
    this.used?.written.add(key);
    if (this.namespace === undefined || isSystemKey(key)) {
      this.observer?.touched([key]);
      return this.root;
    }
    this.observer?.touched([this.namespace, key]);
    const existing = this.ownNamespace();
    if (existing !== undefined) return existing;
    const created: SharedStore = {};
    this.root[this.namespace] = created;
    return created;
  }

  private ownNamespace(): SharedStore | undefined {
    const own = this.namespace === undefined ? undefined : this.root[this.namespace];
    return typeof own === 'object' && own !== null ? (own as SharedStore) : undefined;
  }
}

/** Shows `own` in front of `shared`. Writes go to `own`. */
export function overlayStore(shared: SharedStore, own: SharedStore): SharedStore {
  const holderOf = (key: string | symbol): SharedStore => (Object.hasOwn(own, key) ? own : shared);
  return new Proxy<SharedStore>(own, {
    get: (_own, key): unknown => Reflect.get(holderOf(key), key),
    has: (_own, key) => key in holderOf(key),
    ownKeys: () => [...new Set([...Reflect.ownKeys(own), ...Reflect.ownKeys(shared)])],
    getOwnPropertyDescriptor: (_own, key) => {
      const found = Reflect.getOwnPropertyDescriptor(holderOf(key), key);
      return found === undefined ? undefined : { ...found, configurable: true };
    },
  });
}
