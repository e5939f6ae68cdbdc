// Defines the form of the summary.
import * as z from 'zod';
import { dollarDoubtSchema } from '../pricing/ledger/ledger-doubts.ts';
import { dollarReportedSchema } from '../pricing/ledger/reported-bills.ts';
import { runStatusSchema } from '../tally/run-progress.ts';

const phase = z.enum(['planner', 'workflow']);
const milliseconds = z.number().describe('milliseconds, 2 decimals');
const dollars = z.number().describe('US dollars, 6 decimals');

const nodeSummarySchema = z.object({
  node_id: z.string(),
  phase,
  state: z.enum(['waiting', 'running', 'completed', 'restored', 'failed']),
  duration_ms: milliseconds.describe('of the visits that ended'),
  since_ms: z.number().optional().describe('running: `ms` of the run at its start'),
  attempt: z.number().optional().describe('running: its number, if not the first'),
  items: z.number().optional().describe('items of a batch that ended'),
  items_total: z.number().optional().describe('items that there are, whether or not they ran'),
  items_failed: z.number().optional().describe('if any'),
  retried_because: z.array(z.string()).optional().describe('as in steps'),
  cost_usd: dollars,
});

/** The zod schema of `Summary`. */
export const summarySchema = z.object({
  run: z.string(),
  workflow_name: z.string().nullable(),
  status: runStatusSchema.describe('incomplete: still running, or crashed'),
  phase: phase.nullable().describe('the one that started last'),
  elapsed_ms: milliseconds.describe('to the end of the run, or to its last event'),
  cost_usd: dollars,
  cost_is_exact: z.boolean(),
  exact: z.boolean().describe('the same as cost_is_exact, as in every result with a cost'),
  doubts: z.array(dollarDoubtSchema),
  reported: dollarReportedSchema.optional().describe('calls whose provider reported its bill'),
  tokens: z.number().describe('of all classes, cached ones included'),
  calls: z.number(),
  warnings: z.number(),
  current: z.array(z.string()).describe('nodes that are running'),
  nodes: z
    .array(nodeSummarySchema)
    .describe('in the order in which they started, then the waiting ones in document order'),
});

/** Progress, time (ms) and cost (USD) of a run and of each of its nodes. */
export type Summary = z.infer<typeof summarySchema>;
/** One node in a summary. */
export type NodeSummary = z.infer<typeof nodeSummarySchema>;
