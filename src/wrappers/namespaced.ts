// Gives a node its own part of the store, in a layer. It knows no log.
import type { NodeContext } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import { viewStore } from './store-view.ts';

/** Lets node `n` write `shared[n][key]`. */
export function createNamespacedLayer<C extends NodeContext>(): Layer<C> {
  return {
    name: 'namespaced',
    run: (node, shared, context, inner) => inner(node, viewStore(shared, node.id, context.observer), context),
  };
}

/** Lets the node work on the root of the store, for workflows with `enable_namespacing: false`. */
export function createRootLayer<C extends NodeContext>(): Layer<C> {
  return {
    name: 'shared-root',
    run: (node, shared, context, inner) =>
      inner(node, viewStore(shared, undefined, context.observer), context),
  };
}
