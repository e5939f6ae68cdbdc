// Defines a layer around the run of a node. Layers are kept beside the node, not in front of it: its attributes,
// methods, edges and copies stay those of the bare node.
import type { Action, NodeContext, SharedStore } from './context.ts';
import type { Node } from './node.ts';

export type RunNode<C extends NodeContext> = (
  node: Node<C>,
  shared: SharedStore,
  context: C,
) => Promise<Action>;

/** Code around every run of a node, such as templates or the log. The first layer of a node is the outermost. */
export interface Layer<C extends NodeContext = NodeContext> {
  readonly name: string;
  /** Calls `inner` to go on. It may pass another copy of the node, another view of the store, another context. */
  run(node: Node<C>, shared: SharedStore, context: C, inner: RunNode<C>): Promise<Action>;
}

/** Puts `layer` around `inner` once, so that no run has to. */
export function wrapRun<C extends NodeContext>(layer: Layer<C>, inner: RunNode<C>): RunNode<C> {
  return (node, shared, context) => layer.run(node, shared, context, inner);
}

/** Runs the node without any layer. */
export function runBareNode<C extends NodeContext>(
  node: Node<C>,
  shared: SharedStore,
  context: C,
): Promise<Action> {
  return node.execute(shared, context);
}
