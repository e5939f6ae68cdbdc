// What can be made out of a workflow that the schema refuses, so that the rules can look at the rest of it in
// the same pass. It leaves out what is wrong; what is left is enough for rules and for nothing else.
import * as z from 'zod';
import { edgeSchema, inputSchema, nameSchema, outputSchema, type Workflow } from './schema.ts';

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
      }),
    )
    .min(1),
  edges: z.array(z.object(edgeSchema.shape)).optional(),
});

/** Undefined when nodes or edges cannot be made out. */
export function sketchWorkflow(value: unknown): Workflow | undefined {
  const parsed = sketch.safeParse(value);
  if (!parsed.success) return undefined;
  const { inputs, outputs, ...rest } = parsed.data;
  return { ...rest, inputs: named(inputs), outputs: named(outputs) };
}

function named<T>(specs: Readonly<Record<string, T | undefined>> | undefined): Record<string, T> {
  const good = Object.entries(specs ?? {}).filter(
    (entry): entry is [string, T] => nameSchema.safeParse(entry[0]).success && entry[1] !== undefined,
  );
  return Object.fromEntries(good);
}
