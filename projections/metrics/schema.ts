// The form of the metrics: field names and their order are those of the specification.
import * as z from 'zod';
import { runStatusSchema } from '../tally/run-progress.ts';

const milliseconds = z.number().describe('milliseconds, 2 decimals');
const dollars = z.number().describe('US dollars, 6 decimals; what the calls that were paid cost');
const count = z.number();

/**
 * Tokens of paid calls in disjoint classes: `tokens_input` is uncached input, and what was written to or
 * read from a cache stands beside it in `tokens_cache_creation` and `tokens_cache_read`.
 * `tokens_total = tokens_input + tokens_output`, as the specification defines it; it holds no cached tokens.
 */
const spentTokens = { tokens_input: count, tokens_output: count, tokens_total: count };

const allTokens = {
  ...spentTokens,
  tokens_cache_creation: count,
  tokens_cache_read: count,
  tokens_reasoning: count.describe('part of tokens_output'),
};

/** null where the phase had neither a start nor a node nor a call. */
const phase = z
  .object({
    duration_ms: milliseconds.nullable(),
    nodes_executed: count.describe('distinct nodes'),
    node_timings: z.record(z.string(), milliseconds).describe('total of a node over visits, items, attempts'),
    ...spentTokens,
    cost_usd: dollars,
    models_used: z.array(z.string()),
  })
  .nullable();

export const metricsSchema = z.object({
  duration_ms: milliseconds,
  duration_planner_ms: milliseconds.nullable(),
  total_cost_usd: dollars,
  num_nodes: count,
  metrics: z.object({
    planner: phase,
    workflow: phase,
    total: z.object({
      ...allTokens,
      cost_usd: dollars,
      calls: count.describe('paid calls, and failed ones that tell their usage'),
      failed_calls: count,
      unmetered_calls: count.describe('calls whose provider told no usage: not known to be free'),
    }),
  }),
  models: z.array(
    z.object({
      model: z.string(),
      calls: count,
      ...allTokens,
      cost_usd: dollars,
      estimated: z.boolean().describe('priced as another model'),
    }),
  ),
  reused_cost_usd: dollars.describe('what answers from a recorded log would have cost; in no other number'),
  pricing: z.object({
    source: z.string(),
    version: z.string(),
    exact: z.boolean(),
    estimated_models: z.array(z.string()),
  }),
  complete: z.boolean().describe('every run has its end in the log'),
  status: runStatusSchema.describe('the worst of all runs'),
  runs: z.number().optional().describe('how many runs, where there are several'),
});

export type Metrics = z.infer<typeof metricsSchema>;
export type PhaseMetrics = NonNullable<Metrics['metrics']['planner']>;
