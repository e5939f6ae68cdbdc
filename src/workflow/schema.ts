// Defines the schema of workflow files: strict everywhere, with defaults. The rules check the relations between keys,
// such as ids that must exist and templates that must resolve.
import * as z from 'zod';
import { DECLARED_KINDS } from '../values/json-kind.ts';

const NAME = /^(?!__.*__$)[A-Za-z0-9_-]+$/;
/** The limit of Node.js timers is 2^31 - 1 milliseconds. */
const MAX_SECONDS = 2_147_483;

export const nameSchema = z
  .string()
  .regex(NAME, 'takes letters, digits, _ and -, and must not look like __x__');
const valueType = z.enum(DECLARED_KINDS);

export const inputSchema = z.strictObject({
  type: valueType.optional(),
  required: z.boolean().optional().describe('true unless there is a default'),
  default: z.unknown().optional(),
  description: z.string().optional(),
  stdin: z.boolean().optional().describe('receives stdin if it is piped'),
  secret: z.boolean().optional().describe('its value never reaches a log'),
});

export const outputSchema = z.strictObject({
  source: z.string().describe('a template such as ${node.key}'),
  description: z.string().optional(),
  type: valueType.optional(),
});

const retry = z.strictObject({
  max: z.int().min(1).max(100).describe('attempts in total'),
  wait_s: z.number().nonnegative().max(MAX_SECONDS).optional().describe('seconds before the second attempt'),
});

const batchSchema = z.strictObject({
  items: z
    .union([z.array(z.unknown()), z.string()])
    .describe('a list, or a template whose value is a list or JSON text of one'),
  as: nameSchema.default('item').describe('the name of the current item in templates'),
  parallel: z.boolean().default(false),
  max_concurrent: z.int().min(1).max(100).default(10).describe('items that run at once if parallel'),
  error_handling: z
    .enum(['fail_fast', 'continue'])
    .default('fail_fast')
    .describe('continue: a failed item is null in results'),
});

export const loopSchema = z.strictObject({
  until: z.string().optional().describe('a template; the node runs again until its value is true'),
  while: z.string().optional().describe('a template; the node runs again while its value is true'),
  carry: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('params of the next iteration, or the inputs of a workflow node'),
  max_iterations: z.int().min(1).max(1000).default(100),
});

const node = z.strictObject({
  id: nameSchema,
  type: z.string().min(1),
  purpose: z.string().optional(),
  params: z.record(z.string(), z.unknown()).default({}),
  retry: retry.optional(),
  timeout_s: z.number().positive().max(MAX_SECONDS).optional(),
  batch: batchSchema.optional().describe('runs the node once for each item'),
  loop: loopSchema.optional().describe('runs the node again, with its own outputs at hand'),
  approval: z.literal('required').optional().describe('a person has to approve the node before it runs'),
});

export const edgeSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  action: z.string().min(1).default('default'),
});

export const workflowSchema = z.strictObject({
  ir_version: z.literal('0.1.0').optional(),
  name: z.string().min(1).optional(),
  description: z.string().optional(),
  inputs: z.record(nameSchema, inputSchema).optional(),
  outputs: z.record(nameSchema, outputSchema).optional(),
  start_node: z.string().optional(),
  enable_namespacing: z.boolean().default(true),
  max_cost_usd: z.number().positive().optional(),
  nodes: z.array(node).min(1),
  edges: z.array(edgeSchema).optional().describe('without it nodes run in document order'),
  $schema: z.string().optional().describe('for editors; pflow schema workflow prints it'),
});

/** A workflow that has passed the schema, with defaults filled in. */
export type Workflow = z.output<typeof workflowSchema>;
/** A workflow as a file has it: keys with defaults may be absent. */
export type WorkflowFile = z.input<typeof workflowSchema>;
/** One node of a parsed workflow. */
export type WorkflowNode = Workflow['nodes'][number];
export type Loop = z.output<typeof loopSchema>;
export type Batch = z.output<typeof batchSchema>;
export type Edge = NonNullable<Workflow['edges']>[number];
export type InputSpec = z.output<typeof inputSchema>;
export type OutputSpec = z.output<typeof outputSchema>;
export type ValueType = z.output<typeof valueType>;
