// A layer stands around a node's run. The node stays itself: attributes, methods, edges and copies are
// those of the bare node, since a layer is kept beside it and not in front of it.
import type { Action, NodeContext, SharedStore } from './context.ts';
import type { Node } from './node.ts';

export type RunNode<C extends NodeContext> = (
  node: Node<C>,
  shared: SharedStore,
  context: C,
) => Promise<Action>;

export interface Layer<C extends NodeContext = NodeContext> {
  readonly name: string;
  /** Calls `inner` to go on; may hand it another copy of the node, another view of the store, another context. */
  run(node: Node<C>, shared: SharedStore, context: C, inner: RunNode<C>): Promise<Action>;
}

/** `layer` around `inner`, put together once and not at every run. */
export function wrapRun<C extends NodeContext>(layer: Layer<C>, inner: RunNode<C>): RunNode<C> {
  return (node, shared, context) => layer.run(node, shared, context, inner);
}

/** Without a layer: the bare node. */
export function runBareNode<C extends NodeContext>(
  node: Node<C>,
  shared: SharedStore,
  context: C,
): Promise<Action> {
  return node.execute(shared, context);
}
