// Gives a node its own part of the store, in a layer. It knows no log. An output that a later visit neither writes nor
// changes in place is removed, so that outputs of two visits are never beside each other.
import type { Action, NodeContext, NodeObserver, SharedStore } from '../flow/context.ts';
import type { Layer, RunNode } from '../flow/layer.ts';
import type { Node } from '../flow/node.ts';
import { isSystemKey, viewStore, type UsedKeys } from './store-view.ts';

/** Lets node `n` write `shared[n][key]`. */
export function createNamespacedLayer<C extends NodeContext>(): Layer<C> {
  return {
    name: 'namespaced',
    // Not async for a first visit: another promise for each node takes half the time of a node that does nothing.
    run: (node, shared, context, inner) => {
      const own = shared[node.id];
      return own === undefined || own === null || Object.keys(own).length === 0
        ? inner(node, viewStore(shared, node.id, context.observer), context)
        : runAgain(node, shared, context, inner);
    },
  };
}

/** Runs a node that has outputs, and removes those that it does not use. */
async function runAgain<C extends NodeContext>(
  node: Node<C>,
  shared: SharedStore,
  context: C,
  inner: RunNode<C>,
): Promise<Action> {
  const { observer } = context;
  let earlier = Object.keys(shared[node.id] ?? {});
  const used = noKeys();
  const dropStale = (): void => {
    const stale = earlier.filter((key) => !isUsed(used, key));
    removeOutputs(shared, { namespace: node.id, keys: stale, observer });
    earlier = [];
  };
  if (context.loop !== undefined) context.loop.dropStale = dropStale;
  try {
    return await inner(node, viewStore(shared, node.id, observer, used), context);
  } finally {
    dropStale();
  }
}

/** The node that wrote a key of the root last. */
export type KeyWriters = Map<string, string>;

/** Lets the node work on the root of the store, for workflows with `enable_namespacing: false`. */
export function createRootLayer<C extends NodeContext>(writers: KeyWriters = new Map()): Layer<C> {
  return {
    name: 'shared-root',
    run: async (node, shared, context, inner) => {
      const { observer } = context;
      const used = noKeys();
      const dropStale = (): void => {
        const earlier = [...writers].filter(([, writer]) => writer === node.id).map(([key]) => key);
        const stale = earlier.filter((key) => !isUsed(used, key) && !isSystemKey(key));
        removeOutputs(shared, { namespace: undefined, keys: stale, observer });
        for (const key of stale) writers.delete(key);
      };
      if (context.loop !== undefined) context.loop.dropStale = dropStale;
      try {
        return await inner(node, viewStore(shared, undefined, observer, used), context);
      } finally {
        dropStale();
        for (const key of used.written) writers.set(key, node.id);
      }
    },
  };
}

function noKeys(): UsedKeys {
  return { written: new Set(), objectsRead: new Set() };
}

function isUsed({ written, objectsRead }: UsedKeys, key: string): boolean {
  return written.has(key) || objectsRead.has(key);
}

interface Removal {
  readonly namespace: string | undefined;
  readonly keys: readonly string[];
  readonly observer: NodeObserver | undefined;
}

/** Notifies the observer, so that the log has the removals. */
function removeOutputs(shared: SharedStore, { namespace, keys, observer }: Removal): void {
  if (keys.length === 0) return;
  const view = viewStore(shared, namespace, observer);
  for (const key of keys) Reflect.deleteProperty(view, key);
}
