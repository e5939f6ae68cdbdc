// The form of the planner's trace: field names are those of the specification.
import * as z from 'zod';
import { errorDataSchema } from '../../src/events/error-data.ts';
import { traceCallSchema } from '../trace/schema.ts';

const milliseconds = z.number().describe('milliseconds, 2 decimals');

const plannerVisitSchema = z.object({
  node: z.string(),
  node_type: z.string().nullable(),
  visit: z.number().optional().describe('where it is not the first: a round between generator and validator'),
  status: z.enum(['success', 'failed', 'incomplete']).describe('incomplete: cut off by the end of the log'),
  action: z.string().optional().describe('the edge that was taken'),
  duration_ms: milliseconds,
  attempts: z.number().optional().describe('where there were several'),
  error: errorDataSchema.optional(),
});

export const plannerTraceSchema = z.object({
  format_version: z.literal('1.0.0'),
  execution_id: z.string(),
  timestamp: z.string().nullable().describe('wall clock at the start, ISO-8601 UTC'),
  user_input: z.string().nullable().describe('the sentence; null in a log of level metrics'),
  status: z
    .enum(['generated', 'reused', 'failed', 'incomplete', 'not_planned'])
    .describe('not_planned: the run began with a workflow'),
  duration_ms: milliseconds,
  path_taken: z
    .enum(['A', 'B'])
    .nullable()
    .describe('A: a saved workflow was found; B: one was generated; null: it never came that far'),
  node_execution: z.array(plannerVisitSchema).describe('each time that a node ran, in order'),
  llm_calls: z
    .array(traceCallSchema.extend({ node: z.string().nullable(), visit: z.number().optional() }))
    .describe('prompts and answers whole, unless --max-chars cuts them'),
  llm_summary: z.object({
    total_calls: z.number(),
    failed_calls: z.number(),
    reused_calls: z.number(),
    total_tokens: z.number(),
    total_cost_usd: z.number().describe('the same number as cost_usd of the planner in metrics'),
    models_used: z.array(z.string()),
  }),
  workflow: z
    .object({ name: z.string(), nodes: z.array(z.string()) })
    .nullable()
    .describe('what was planned, once it has started'),
  error: errorDataSchema.optional(),
});

export type PlannerTrace = z.infer<typeof plannerTraceSchema>;
export type PlannerVisit = z.infer<typeof plannerVisitSchema>;
