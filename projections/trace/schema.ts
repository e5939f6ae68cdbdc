// Defines the form of the trace. Its field names are a contract.
import * as z from 'zod';
import { DOUBT_CODES } from '../../src/events/doubts.ts';
import { dollarDoubtSchema } from '../pricing/ledger/ledger-doubts.ts';
import { usageSchema } from '../../src/events/usage.ts';
import { runStatusSchema } from '../tally/run-progress.ts';
import { warningSchema } from '../warnings/schema.ts';

const milliseconds = z.number().describe('milliseconds, 2 decimals');
const shared = z.record(z.string(), z.unknown());
const keys = z.array(z.string());

export const traceCallSchema = z.object({
  call: z.number().describe('counts the model calls of the run from 1'),
  attempt: z.number().optional().describe('attempt of the node, if not the first'),
  model: z.string().describe('as requested'),
  response_model: z.string().optional(),
  system: z.string().optional(),
  prompt: z.unknown().optional().describe('absent in a log of level metrics'),
  options: z.record(z.string(), z.unknown()).optional(),
  response: z.unknown().optional(),
  usage: usageSchema,
  duration_ms: milliseconds.nullable().describe('null: the call never ended'),
  cost_usd: z.number().nullable().describe('US dollars paid; null if unknown'),
  estimated: z.boolean().optional(),
  doubts: z
    .array(z.object({ code: z.enum(DOUBT_CODES), reason: z.string() }))
    .optional()
    .describe('why the cost is not exact'),
  reused: z.object({ run: z.string(), seq: z.number() }).optional().describe('nothing was paid'),
  error: z.string().optional(),
});

const traceNodeSchema = z.object({
  node_id: z.string(),
  node_type: z.string().nullable(),
  duration_ms: milliseconds,
  success: z.boolean(),
  shared_before: shared,
  shared_after: shared,
  mutations: z.object({ added: keys, removed: keys, modified: keys }),
  timestamp: z.string().describe('wall clock at the end of the node, ISO-8601 UTC'),
  params: shared.describe('all of them, templates resolved; empty in a log of level metrics'),
  template_resolutions: z.array(z.object({ param: z.string(), template: z.unknown(), value: z.unknown() })),
  llm_calls: z.array(traceCallSchema),
  llm_call: usageSchema.extend({ model: z.string() }).optional().describe('usage of the last call'),
  error: z.string().optional(),
  error_code: z.string().optional(),
  visit: z.number().optional().describe('if not the first'),
  item: z.number().optional().describe('of a batch'),
  attempts: z.number().optional().describe('if more than one'),
  retried_because: z.array(z.string()).optional().describe('as in steps'),
});

/** The zod schema of `Trace`. */
export const traceSchema = z.object({
  format_version: z.literal('1.0.0'),
  execution_id: z.string(),
  workflow_name: z.string().nullable(),
  start_time: z.string().nullable(),
  end_time: z.string().nullable().describe('of the last event'),
  duration_ms: milliseconds,
  final_status: runStatusSchema,
  nodes_executed: z.number().describe('different nodes of the workflow that ran'),
  nodes_failed: z.number().describe('those whose last visit did not complete'),
  inputs: z.record(z.string(), z.unknown()).optional(),
  input_origins: z
    .record(z.string(), z.string())
    .optional()
    .describe('where each value comes from: given, stdin, environment, settings, default or none'),
  snapshots: z.enum(['whole', 'touched']).describe('touched: only the keys that the node itself changed'),
  nodes: z.array(traceNodeSchema),
  llm_summary: z.object({
    total_calls: z
      .number()
      .describe('all calls: answered, failed, reused from a log, and sent without an end'),
    failed_calls: z.number(),
    reused_calls: z.number(),
    total_tokens: z.number(),
    total_cost_usd: z.number(),
    exact: z.boolean(),
    doubts: z.array(dollarDoubtSchema),
    models_used: z.array(z.string()),
  }),
  warnings: z.array(warningSchema),
});

/** The course of one run, as `pflow run --trace` saves it. */
export type Trace = z.infer<typeof traceSchema>;
/** One visit of a node in a trace. */
export type TraceNode = z.infer<typeof traceNodeSchema>;
/** One model call in a trace. */
export type TraceCall = z.infer<typeof traceCallSchema>;
