// Compiles a valid workflow to a flow: nodes with their params, retries and edges. `decorate` adds the layers around
// a node, so this module does not depend on the log.
import { PflowError } from '../errors.ts';
import type { NodeContext } from '../flow/context.ts';
import { Flow, type FlowOptions } from '../flow/flow.ts';
import type { Node } from '../flow/node.ts';
import type { NodeType } from '../flow/node-type.ts';
import { listEdges, findStart } from './graph.ts';
import type { Workflow, WorkflowNode } from './schema.ts';

export interface CompileOptions<C extends NodeContext> extends FlowOptions<C> {
  readonly registry: ReadonlyMap<string, NodeType<C>>;
  /** Called once for each node in document order. Its params, retries and edges are set by then. */
  readonly decorate?: (node: Node<C>, spec: WorkflowNode) => void;
}

/** Expects a valid workflow. Throws WORKFLOW_INVALID for an unknown type or node. */
export function compileWorkflow<C extends NodeContext>(
  workflow: Workflow,
  options: CompileOptions<C>,
): Flow<C> {
  const { registry, decorate, ...flowOptions } = options;
  const nodes = new Map<string, Node<C>>();
  for (const spec of workflow.nodes) nodes.set(spec.id, createNode(spec, registry));
  for (const { from, to, action } of listEdges(workflow))
    requireNode(nodes, from).on(action, requireNode(nodes, to));
  for (const spec of workflow.nodes) decorate?.(requireNode(nodes, spec.id), spec);
  return new Flow(requireNode(nodes, findStart(workflow)), flowOptions);
}

function createNode<C extends NodeContext>(
  spec: WorkflowNode,
  registry: ReadonlyMap<string, NodeType<C>>,
): Node<C> {
  const type = registry.get(spec.type);
  if (type === undefined)
    throw new PflowError('WORKFLOW_INVALID', `unknown type "${spec.type}"`, { node_id: spec.id });
  const node = type.create(spec.id);
  node.params = { ...spec.params };
  node.retry = { max: spec.retry?.max ?? type.retry.max, wait_s: spec.retry?.wait_s ?? type.retry.wait_s };
  node.retryRequested = spec.retry !== undefined;
  node.timeout_s = spec.timeout_s;
  return node;
}

function requireNode<C extends NodeContext>(nodes: ReadonlyMap<string, Node<C>>, id: string): Node<C> {
  const node = nodes.get(id);
  if (node === undefined) throw new PflowError('WORKFLOW_INVALID', `there is no node "${id}"`);
  return node;
}
