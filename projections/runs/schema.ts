// Defines the form of a row in the list of runs.
import { RUN_ENDS } from '../../src/events/run-status.ts';
import * as z from 'zod';
import { exactDoubtSchema } from '../pricing/ledger/ledger-doubts.ts';
import { errorDataSchema } from '../../src/events/error-data.ts';

/**
 * The end of a run, or what is known of a run without an end. `running`: the process that writes its log lives;
 * `incomplete`: it is gone. `interrupted` is an end that the log holds.
 */
export const RUN_STATUSES = [...RUN_ENDS, 'incomplete', 'running'] as const;

const usd = z.string().regex(/^-?\d+(\.\d+)?$/);

/** A row of `pflow runs`: one run. */
export const runRowSchema = z.object({
  run: z.string(),
  workflow: z.string().nullable(),
  status: z.enum(RUN_STATUSES).describe('running: without an end, and the process that writes it lives'),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable().describe('of the end of the run; null without one'),
  duration_ms: z.number().describe('milliseconds, to the last event if the run has no end'),
  cost_usd: usd.describe('US dollars, as an exact decimal'),
  exact: z.boolean().describe('whether the cost is exact'),
  doubts: z.array(exactDoubtSchema).optional().describe('about the cost; absent without any'),
  calls: z.number().describe('model calls that count; reused ones do not'),
  tokens: z.number().describe('of all classes, cached ones included'),
  models: z.array(z.string()),
  attempts: z.number().describe('of the failed node; 0 without one'),
  retries: z.number().describe('attempts of all nodes that failed and were repeated'),
  failed_node: z.string().nullable().describe('the node that failed, or that ran when the log ends'),
  error: errorDataSchema.nullable(),
  failed_items: z
    .object({
      items: z.array(z.number()).describe('their indexes, at most ten'),
      count: z.number(),
      of: z.number().describe('items of the batch'),
    })
    .optional()
    .describe('of a run that failed in a batch; `error` is that of the first one'),
  signal: z.string().optional(),
  resumed_from: z.string().optional().describe('the run that this one continues'),
  tags: z.record(z.string(), z.string()).optional(),
  nodes_executed: z.number().describe('nodes of the workflow that started'),
  nodes: z.number().nullable().describe('nodes in the workflow file; null if unknown'),
  pid: z.number().optional().describe('of a run without an end: the process that writes it'),
  host: z.string().optional(),
  file: z.string().optional().describe('the log, where the reader knows it'),
});

/** One run: when it ran, how it ended, what it cost, and the reason if it failed. */
export type RunRow = z.infer<typeof runRowSchema>;
