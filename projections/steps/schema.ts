// Defines the form of a step.
import * as z from 'zod';
import { errorDataSchema } from '../../src/events/error-data.ts';
import { dollarDoubtSchema } from '../pricing/ledger/ledger-doubts.ts';

/** The zod schema of `Step`. */
export const stepSchema = z.object({
  node_id: z.string(),
  status: z
    .enum(['completed', 'restored', 'failed', 'running', 'interrupted', 'paused', 'not_executed'])
    .describe(
      'of the last visit; restored: taken from the run that this one continues; running: neither it nor the run has an end in the log; paused: waits for approval',
    ),
  duration_ms: z.number().describe('all visits, items and attempts that ended'),
  cost_usd: z.number().describe('US dollars, 6 decimals'),
  exact: z
    .literal(false)
    .optional()
    .describe('if the cost may differ from the bill, for example because a call was sent and has no end'),
  doubts: z
    .array(dollarDoubtSchema)
    .optional()
    .describe('why its cost is not exact; calls without a price or a usage have no doubt'),
  visits: z.number().optional().describe('if more than one'),
  items: z.number().optional().describe('items of a batch'),
  failed_items: z.number().optional(),
  batch: z
    .object({
      total: z.number().describe('items that there are, whether or not they ran'),
      succeeded: z.number(),
      failed: z.number().describe('without those that were stopped because of another one'),
      errors: z
        .array(z.object({ index: z.number(), visit: z.number().optional(), error: errorDataSchema }))
        .describe('of the lowest indexes, at most 5'),
    })
    .optional()
    .describe('of a node with a batch, over all visits'),
  attempts: z
    .array(z.object({ error: errorDataSchema, wait_ms: z.number().describe('the pause after it') }))
    .optional()
    .describe('attempts that failed and were repeated, over all visits and items, in order'),
  retried_because: z
    .array(z.string())
    .optional()
    .describe('errors of attempts that were repeated, each once, at most 5'),
  error: errorDataSchema.optional(),
  stderr: z
    .string()
    .optional()
    .describe('the last 2 KB that its command wrote to stderr; from a log of level trace'),
});

/** One node of a run: its status, time (ms) and cost (USD). */
export type Step = z.infer<typeof stepSchema>;
