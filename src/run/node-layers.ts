// Wraps each node of a workflow in its layers: Instrumented, Namespaced, TemplateAware. Without a log there is no
// Instrumented layer. A batch has them for the whole and, inside, for each item.
import type { Layer } from '../flow/layer.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { Node } from '../flow/node.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { createTemplateNames } from '../workflow/templates/command-names.ts';
import type { NestedWorkflows } from '../workflow/nested-workflows.ts';
import { present } from '../values/present.ts';
import type { Workflow, WorkflowNode } from '../workflow/schema.ts';
import { createApprovalLayer, type ApprovalOptions } from '../wrappers/approval.ts';
import { createBatchLayer } from '../wrappers/batch-layer.ts';
import { createIterationLayer, createLoopLayer, type LoopVisits } from '../wrappers/loop-layer.ts';
import { createNamespacedLayer, createRootLayer, type KeyWriters } from '../wrappers/namespaced.ts';
import { createTemplateLayer } from '../wrappers/template-aware.ts';

/** Without a person to decide, a node waits. */
const NO_APPROVALS: ApprovalOptions = {
  decide: () => Promise.resolve('waiting'),
  stop: () => undefined,
};

export interface NodeLayerOptions {
  readonly workflow: Workflow;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly instrumented?: Layer<RunContext>;
  /** Without namespacing: who wrote the keys that a resumed run restores. */
  readonly writers?: KeyWriters;
  /** The types of the nodes; without namespacing, their outputs are names in templates. */
  readonly registry?: ReadonlyMap<string, NodeType<RunContext>>;
  readonly children?: NestedWorkflows;
  readonly approvals?: ApprovalOptions | undefined;
  /** Present inside of a nested workflow: numbers the visits of a batch that runs inside of an item. */
  readonly numberVisit?: (path: string) => number;
}

export function createNodeDecorator({
  workflow,
  inputs,
  instrumented,
  registry = new Map(),
  children,
  approvals,
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
    defaultedInputs: new Set(
      specs.filter(([name, spec]) => isDefault(spec, inputs[name])).map(([name]) => name),
    ),
  };
  const approval = createApprovalLayer<RunContext>(approvals ?? NO_APPROVALS);
  return (node, { batch, loop, approval: needed }) => {
    const needsApproval = needed === 'required';
    if (loop !== undefined) node.wrap(createIterationLayer({ loop, inputs }));
    const jsonParams = registry.get(node.type)?.jsonParams;
    const templates = createTemplateLayer<RunContext>(node, sources, jsonParams);
    if (needsApproval && batch === undefined) node.wrap(approval);
    if (templates !== undefined) node.wrap(templates);
    if (batch !== undefined) {
      if (instrumented !== undefined) node.wrap(instrumented);
      node.wrap(createBatchLayer({ batch, inputs }));
    }
    if (needsApproval && batch !== undefined) node.wrap(approval);
    node.wrap(store);
    if (instrumented !== undefined) node.wrap(instrumented);
    const isNamespaced = workflow.enable_namespacing;
    const looping = loop === undefined ? undefined : { loop, inputs, isNamespaced };
    wrapVisits(node, { looping, isBatch: batch !== undefined, numberVisit });
  };
}

function isDefault({ default: written }: { readonly default?: unknown }, value: unknown): boolean {
  return written !== undefined && written === value;
}

interface VisitOptions {
  readonly looping: LoopVisits | undefined;
  readonly isBatch: boolean;
  readonly numberVisit: NodeLayerOptions['numberVisit'] | undefined;
}

/** Adds the layers that number visits, around all others. */
function wrapVisits(node: Node<RunContext>, { looping, isBatch, numberVisit }: VisitOptions): void {
  if (looping !== undefined) node.wrap(createLoopLayer({ ...looping, ...present({ numberVisit }) }));
  if (isBatch && numberVisit !== undefined) node.wrap(createInnerBatchLayer(numberVisit));
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
