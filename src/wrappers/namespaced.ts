// The Namespaced layer: gives the node its own part of the store. It knows no log.
import type { NodeContext } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import { viewStore } from './store-view.ts';

/** Node `n` writes `shared[n][key]`. */
export function namespaced<C extends NodeContext>(): Layer<C> {
  return {
    name: 'namespaced',
    run: (node, shared, context, inner) => inner(node, viewStore(shared, node.id, context.observer), context),
  };
}

/** For workflows with `enable_namespacing: false`: the node works on the root. */
export function sharedRoot<C extends NodeContext>(): Layer<C> {
  return {
    name: 'shared-root',
    run: (node, shared, context, inner) =>
      inner(node, viewStore(shared, undefined, context.observer), context),
  };
}
