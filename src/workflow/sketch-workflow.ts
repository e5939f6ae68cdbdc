// Reads the valid parts of a workflow with schema problems. The rules can then check them in the same pass. The result
// leaves out the invalid parts; it is for rules only and cannot be run.
import * as z from 'zod';
import { present } from '../values/present.ts';
import { edgeSchema, inputSchema, loopSchema, nameSchema, outputSchema, type Workflow } from './schema.ts';

/** A batch with another problem still writes what batches write, and has an item. */
const batch = z
  .object({
    items: z.union([z.array(z.unknown()), z.string()]).catch([]),
    as: nameSchema.default('item').catch('item'),
    parallel: z.boolean().catch(false),
    max_concurrent: z.int().catch(1),
    error_handling: z.enum(['fail_fast', 'continue']).catch('fail_fast'),
  })
  .catch({ items: [], as: 'item', parallel: false, max_concurrent: 1, error_handling: 'fail_fast' });

const sketch = z.object({
  inputs: z.record(z.string(), z.object(inputSchema.shape).catch({})).optional().catch(undefined),
  outputs: z
    .record(z.string(), z.object(outputSchema.shape).optional().catch(undefined))
    .optional()
    .catch({}),
  start_node: z.string().optional().catch(undefined),
  enable_namespacing: z.boolean().default(true).catch(true),
  nodes: z
    .array(
      z.object({
        id: z.string(),
        type: z.string(),
        params: z.record(z.string(), z.unknown()).default({}).catch({}),
        batch: batch.optional(),
        loop: loopSchema.optional().catch(undefined),
      }),
    )
    .min(1),
  edges: z.array(z.object(edgeSchema.shape)).nullish().catch(null),
});

export interface WorkflowSketch {
  /** Undefined if the nodes cannot be read. */
  readonly workflow: Workflow | undefined;
  /** The edges cannot be read: which node leads to which is not known. */
  readonly hasUnknownOrder?: boolean;
}

/** Reads what it can. Edges that cannot be read are left out. */
export function sketchWorkflow(value: unknown): WorkflowSketch {
  const parsed = sketch.safeParse(value);
  if (!parsed.success) return { workflow: undefined };
  const { inputs, outputs, edges, ...rest } = parsed.data;
  return {
    workflow: {
      ...rest,
      ...present({ edges: edges ?? undefined }),
      inputs: dropInvalid(inputs),
      outputs: dropInvalid(outputs),
    },
    hasUnknownOrder: edges === null,
  };
}

function dropInvalid<T>(specs: Readonly<Record<string, T | undefined>> | undefined): Record<string, T> {
  const valid = Object.entries(specs ?? {}).filter(
    (entry): entry is [string, T] => nameSchema.safeParse(entry[0]).success && entry[1] !== undefined,
  );
  return Object.fromEntries(valid);
}
