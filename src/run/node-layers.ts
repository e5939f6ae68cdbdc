// Wraps each node of a workflow in its layers: Instrumented, Namespaced, TemplateAware. Without a log there is no
// Instrumented layer. A batch has them for the whole and, inside, for each item.
import type { Layer } from '../flow/layer.ts';
import type { Node } from '../flow/node.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { RunContext } from '../nodes/run-context.ts';
import type { Workflow, WorkflowNode } from '../workflow/schema.ts';
import { createBatchLayer } from '../wrappers/batch.ts';
import { createNamespacedLayer, createRootLayer } from '../wrappers/namespaced.ts';
import { createTemplateLayer } from '../wrappers/template-aware.ts';

export interface NodeLayerOptions {
  readonly workflow: Workflow;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly instrumented?: Layer<RunContext>;
  readonly registry?: ReadonlyMap<string, NodeType<RunContext>>;
}

export function createNodeDecorator({
  workflow,
  inputs,
  instrumented,
  registry,
}: NodeLayerOptions): (node: Node<RunContext>, spec: WorkflowNode) => void {
  const store = workflow.enable_namespacing
    ? createNamespacedLayer<RunContext>()
    : createRootLayer<RunContext>();
  return (node, { batch }) => {
    const templates = createTemplateLayer<RunContext>(node, inputs, registry?.get(node.type)?.jsonParams);
    if (templates !== undefined) node.wrap(templates);
    if (batch !== undefined) {
      if (instrumented !== undefined) node.wrap(instrumented);
      node.wrap(createBatchLayer({ batch, inputs }));
    }
    node.wrap(store);
    if (instrumented !== undefined) node.wrap(instrumented);
  };
}
