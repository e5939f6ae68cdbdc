// Wraps each node of a workflow in its layers: Instrumented, Namespaced, TemplateAware. Without a log there is no
// Instrumented layer. A batch has them for the whole and, inside, for each item.
import type { Layer } from '../flow/layer.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { Node } from '../flow/node.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { createTemplateNames } from '../workflow/templates/command-names.ts';
import type { Workflow, WorkflowNode } from '../workflow/schema.ts';
import { createBatchLayer } from '../wrappers/batch.ts';
import { createNamespacedLayer, createRootLayer, type KeyWriters } from '../wrappers/namespaced.ts';
import { createTemplateLayer } from '../wrappers/template-aware.ts';

export interface NodeLayerOptions {
  readonly workflow: Workflow;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly instrumented?: Layer<RunContext>;
  /** Without namespacing: who wrote the keys that a resumed run restores. */
  readonly writers?: KeyWriters;
  /** The types of the nodes; without namespacing, their outputs are names in templates. */
  readonly registry?: ReadonlyMap<string, NodeType<RunContext>>;
}

export function createNodeDecorator({
  workflow,
  inputs,
  instrumented,
  registry,
  writers,
}: NodeLayerOptions): (node: Node<RunContext>, spec: WorkflowNode) => void {
  const store = workflow.enable_namespacing
    ? createNamespacedLayer<RunContext>()
    : createRootLayer<RunContext>(writers);
  const specs = Object.entries(workflow.inputs ?? {});
  const sources = {
    inputs,
    secretInputs: new Set(specs.filter(([, { secret }]) => secret === true).map(([name]) => name)),
    isTemplateName: createTemplateNames(workflow, registry),
  };
  return (node, { batch }) => {
    const jsonParams = registry?.get(node.type)?.jsonParams;
    const templates = createTemplateLayer<RunContext>(node, sources, jsonParams);
    if (templates !== undefined) node.wrap(templates);
    if (batch !== undefined) {
      if (instrumented !== undefined) node.wrap(instrumented);
      node.wrap(createBatchLayer({ batch, inputs }));
    }
    node.wrap(store);
    if (instrumented !== undefined) node.wrap(instrumented);
  };
}
