// Defines the form of the metrics. Names and order of the fields are a contract.
import * as z from 'zod';
import { dollarDoubtSchema } from '../pricing/ledger/ledger-doubts.ts';
import { dollarReportedSchema } from '../pricing/ledger/reported-bills.ts';
import { runStatusSchema } from '../tally/run-progress.ts';

const milliseconds = z.number().describe('milliseconds, 2 decimals');
const dollars = z.number().describe('US dollars, 6 decimals; cost of the paid calls');
const count = z.number();

/**
 * Tokens of paid calls in disjoint classes. `tokens_input` is uncached input; tokens written to or read from a cache
 * are in `tokens_cache_creation` and `tokens_cache_read`. `tokens_total = tokens_input + tokens_output`, without
 * cached tokens.
 */
const spentTokens = { tokens_input: count, tokens_output: count, tokens_total: count };

const allTokens = {
  ...spentTokens,
  tokens_cache_creation: count,
  tokens_cache_read: count,
  tokens_reasoning: count.describe('part of tokens_output'),
};

/** null if the phase has neither a start nor a node nor a call. */
const phase = z
  .object({
    duration_ms: milliseconds.nullable(),
    nodes_executed: count.describe('distinct nodes'),
    node_timings: z
      .record(z.string(), milliseconds)
      .describe('total of each node over visits, items and attempts'),
    ...spentTokens,
    cost_usd: dollars,
    models_used: z.array(z.string()),
  })
  .nullable();

/** The zod schema of `Metrics`. */
export const metricsSchema = z.object({
  duration_ms: milliseconds,
  duration_planner_ms: milliseconds.nullable(),
  total_cost_usd: dollars,
  num_nodes: count,
  exact: z.boolean().describe('the cost is what the provider bills; nothing is in doubt'),
  doubts: z.array(dollarDoubtSchema),
  reported: dollarReportedSchema.optional().describe('calls whose provider reported its bill'),
  metrics: z.object({
    planner: phase,
    workflow: phase,
    total: z.object({
      ...allTokens,
      cost_usd: dollars,
      calls: count.describe('paid calls, and all others that may be billed'),
      failed_calls: count,
      unmetered_calls: count.describe(
        'calls without a known usage, which may not be free; also those that a killed run left open',
      ),
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
  reused_cost_usd: dollars.describe(
    'what answers from a recorded log would have cost; included in no other number',
  ),
  pricing: z.object({
    source: z.string(),
    version: z.string(),
    exact: z.boolean(),
    estimated_models: z.array(z.string()),
  }),
  complete: z.boolean().describe('every run has its end in the log'),
  status: runStatusSchema.describe('the worst status of all runs'),
  runs: z.number().optional().describe('number of runs, if more than one'),
});

/** Durations (ms), tokens and cost (USD) over all runs of a log. */
export type Metrics = z.infer<typeof metricsSchema>;
/** The metrics of one phase, planner or workflow. */
export type PhaseMetrics = NonNullable<Metrics['metrics']['planner']>;
