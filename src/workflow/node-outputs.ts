// Describes what a node writes: the outputs of its type, those of its nested workflow, those of its batch.
import * as z from 'zod';
import { describeBatchOutputs } from './batch-outputs.ts';
import type { NestedWorkflow, NestedWorkflows } from './nested-workflows.ts';
import type { OutputSpec, WorkflowNode } from './schema.ts';

export interface NodeOutputs {
  /** What writes them, for messages. */
  readonly writer: string;
  readonly outputs: z.ZodObject;
}

export interface OutputFacts {
  readonly registry: ReadonlyMap<string, { readonly outputs: z.ZodObject }>;
  readonly children?: NestedWorkflows | undefined;
}

/** The writer of the outputs of a batch. */
export const BATCH_WRITER = 'a batch';

const LOOP_OUTPUTS = {
  iterations: z.int(),
  loop_stopped: z.enum(['condition', 'max_iterations']),
};

/** Returns undefined for an unknown type. */
export function describeOutputs(
  { id, type, batch, loop }: Pick<WorkflowNode, 'id' | 'type' | 'batch' | 'loop'>,
  { registry, children }: OutputFacts,
): NodeOutputs | undefined {
  const outputs = registry.get(type)?.outputs;
  if (outputs === undefined) return undefined;
  const child = type === 'workflow' ? children?.get(id) : undefined;
  const own = child === undefined ? outputs : describeNestedOutputs(child);
  const written = loop === undefined ? own : own.extend(LOOP_OUTPUTS);
  if (batch !== undefined) return { writer: BATCH_WRITER, outputs: describeBatchOutputs(written) };
  return { writer: child === undefined ? type : 'the nested workflow', outputs: written };
}

function describeNestedOutputs({ workflow }: NestedWorkflow): z.ZodObject {
  const declared = Object.entries(workflow.outputs ?? {});
  return z.object(Object.fromEntries(declared.map(([name, spec]) => [name, schemaOf(spec)])));
}

/** The value may turn out to have another type: that is a warning, and no reason to refuse a path into a text. */
function schemaOf({ type }: OutputSpec): z.ZodType {
  switch (type) {
    case 'array':
      return z.array(z.unknown());
    case 'number':
    case 'integer':
      return z.number();
    case 'boolean':
      return z.boolean();
    default:
      return z.unknown();
  }
}
