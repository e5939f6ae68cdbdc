// Defines the form of the spend result. Amounts are exact decimal strings in USD, lists are sorted.
import * as z from 'zod';
import { costSchema } from '../cost/schema.ts';

/** What `spend` can group by. */
export const SPEND_GROUPS = ['day', 'week', 'month', 'model', 'workflow', 'node', 'phase'] as const;

/** What `spend` groups by. */
export type SpendGroup = (typeof SPEND_GROUPS)[number];

const { by_model, by_node: _nodes, by_phase: _phases, lines: _lines, ...whole } = costSchema.shape;

const tokens = by_model.element.pick({
  tokens_input: true,
  tokens_output: true,
  tokens_total: true,
  tokens_cache_creation: true,
  tokens_cache_read: true,
  tokens_reasoning: true,
}).shape;

const group = z.object({
  group: z
    .string()
    .nullable()
    .describe('2026-11-01, 2026-W44, 2026-11 or a name; null if the log does not have it'),
  runs: z.int().describe('with a call in this group'),
  calls: whole.calls,
  failed_calls: whole.failed_calls,
  reused_calls: whole.reused_calls,
  ...tokens,
  cost_usd: whole.total_cost_usd,
  known_cost_usd: whole.known_cost_usd,
  estimated_cost_usd: whole.estimated_cost_usd,
  reused_cost_usd: whole.reused_cost_usd,
  exact: whole.exact,
});

/** The zod schema of `Spend`. */
export const spendSchema = z.object({
  by: z.enum(SPEND_GROUPS),
  time_zone: z.string().describe('the zone of all days, weeks and months'),
  since: z.string().nullable().describe('first day included'),
  until: z.string().nullable().describe('last day included'),
  runs: z.int().describe('with a call that is included'),
  repeated_runs: z.int().describe('found more than once, counted once'),
  ...whole,
  ...tokens,
  undated: z
    .object({ calls: z.int(), cost_usd: whole.total_cost_usd, exact: whole.exact })
    .optional()
    .describe('left out by since or until, because the log has no readable time for them'),
  groups: z.array(group),
});

/** Cost (USD, decimal texts) and tokens of many runs, in total and by group. */
export type Spend = z.infer<typeof spendSchema>;
export type SpendRow = Spend['groups'][number];
