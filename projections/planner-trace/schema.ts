// Defines the form of the planner trace. Its field names are a contract.
import * as z from 'zod';
import { dollarDoubtSchema } from '../pricing/ledger/ledger-doubts.ts';
import { errorDataSchema } from '../../src/events/error-data.ts';
import { traceCallSchema } from '../trace/schema.ts';

const milliseconds = z.number().describe('milliseconds, 2 decimals');

const plannerVisitSchema = z.object({
  node: z.string(),
  node_type: z.string().nullable(),
  visit: z.number().optional().describe('if not the first: a round between generator and validator'),
  status: z.enum(['success', 'failed', 'incomplete']).describe('incomplete: the log ended during the visit'),
  action: z.string().optional().describe('the edge that was taken'),
  duration_ms: milliseconds,
  attempts: z.number().optional().describe('if more than one'),
  error: errorDataSchema.optional(),
});

/** The zod schema of `PlannerTrace`. */
export const plannerTraceSchema = z.object({
  format_version: z.literal('1.0.0'),
  execution_id: z.string(),
  timestamp: z.string().nullable().describe('wall clock at the start, ISO-8601 UTC'),
  user_input: z.string().nullable().describe('the sentence; null in a log of level metrics'),
  status: z
    .enum(['generated', 'reused', 'failed', 'incomplete', 'not_planned'])
    .describe('not_planned: the run started with a workflow'),
  duration_ms: milliseconds,
  path_taken: z
    .enum(['A', 'B'])
    .nullable()
    .describe('A: a saved workflow was found; B: a workflow was generated; null: neither happened'),
  node_execution: z.array(plannerVisitSchema).describe('the visits of all nodes, in order'),
  llm_calls: z
    .array(traceCallSchema.extend({ node: z.string().nullable(), visit: z.number().optional() }))
    .describe('whole prompts and answers, unless --max-chars truncates them'),
  llm_summary: z.object({
    total_calls: z.number(),
    failed_calls: z.number(),
    reused_calls: z.number(),
    total_tokens: z.number(),
    total_cost_usd: z.number().describe('equal to cost_usd of the planner in metrics'),
    exact: z.boolean(),
    doubts: z.array(dollarDoubtSchema),
    models_used: z.array(z.string()),
  }),
  workflow: z
    .object({ name: z.string(), nodes: z.array(z.string()) })
    .nullable()
    .describe('the planned workflow, once it has started'),
  error: errorDataSchema.optional(),
});

/** The course of planning, as `pflow run --trace-planner` saves it. */
export type PlannerTrace = z.infer<typeof plannerTraceSchema>;
export type PlannerVisit = z.infer<typeof plannerVisitSchema>;
