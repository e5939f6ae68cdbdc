// Wraps each node of a workflow in its layers: Instrumented, Namespaced, TemplateAware. Without a log there is no
// Instrumented layer. A batch has them for the whole and, inside, for each item.
import type { Layer } from '../flow/layer.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { Node } from '../flow/node.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { createTemplateNames } from '../workflow/templates/command-names.ts';
import type { NestedWorkflows } from '../workflow/nested.ts';
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
  readonly children?: NestedWorkflows;
  /** Present inside of a nested workflow: numbers the visits of a batch that runs inside of an item. */
  readonly numberVisit?: (path: string) => number;
}

export function createNodeDecorator({
  workflow,
  inputs,
  instrumented,
  registry = new Map(),
  children,
  numberVisit,
  writers,
}: NodeLayerOptions): (node: Node<RunContext>, spec: WorkflowNode) => void {
  const store = workflow.enable_namespacing
    ? createNamespacedLayer<RunContext>()
    : createRootLayer<RunContext>(writers);
  const specs = Object.entries(workflow.inputs ?? {});
  const sources = {
    inputs,
    secretInputs: new Set(specs.filter(([, { secret }]) => secret === true).map(([name]) => name)),
    isTemplateName: createTemplateNames(workflow, { registry, children }),
  };
  return (node, { batch }) => {
    const jsonParams = registry.get(node.type)?.jsonParams;
    const templates = createTemplateLayer<RunContext>(node, sources, jsonParams);
    if (templates !== undefined) node.wrap(templates);
    if (batch !== undefined) {
      if (instrumented !== undefined) node.wrap(instrumented);
      node.wrap(createBatchLayer({ batch, inputs }));
    }
    node.wrap(store);
    if (instrumented === undefined) return;
    node.wrap(instrumented);
    if (batch !== undefined && numberVisit !== undefined) node.wrap(createInnerBatchLayer(numberVisit));
  };
}

/**
 * Lets the items of a batch inside of an item have their own numbers: the whole is another visit of the node, and no
 * item of the outer batch.
 */
function createInnerBatchLayer(numberVisit: (path: string) => number): Layer<RunContext> {
  return {
    name: 'inner-batch',
    run(node, shared, context, inner) {
      const { item, ...rest } = context;
      if (item === undefined) return inner(node, shared, context);
      return inner(node, shared, { ...rest, visit: numberVisit(context.node ?? node.id) });
    },
  };
}
