// Defines the form of the comparison of two price lists over one log. Amounts are exact decimal strings in USD. A
// difference is `after` minus `before`.
import * as z from 'zod';
import { costSchema } from '../cost/schema.ts';

const usd = z.string().regex(/^-?\d+(\.\d+)?$/);
const { phase } = costSchema.shape.by_node.element.shape;
const { state } = costSchema.shape.by_model.element.shape;

/** One price list over the whole log, with gaps as in the cost result. */
const side = costSchema.pick({
  total_cost_usd: true,
  exact: true,
  doubts: true,
  known_cost_usd: true,
  estimated_cost_usd: true,
  reused_cost_usd: true,
  estimated: true,
  unpriced: true,
  pricing: true,
});

const amounts = { before_usd: usd, after_usd: usd, difference_usd: usd };

/** The zod schema of `CostComparison`. */
export const costComparisonSchema = z.object({
  currency: z.literal('USD'),
  before_usd: usd,
  after_usd: usd,
  difference_usd: usd.describe('after minus before'),
  exact: z.boolean().describe('both totals are exact'),
  doubts: costSchema.shape.doubts.describe('of both totals, each with its cost after'),
  calls: z.int(),
  failed_calls: z.int(),
  reused_calls: z.int(),
  by_model: z.array(
    z.object({
      model: z.string(),
      calls: z.int(),
      ...amounts,
      before_state: state,
      after_state: state,
      before_entries: z.array(z.string()).describe('entries with the prices of its calls'),
      after_entries: z.array(z.string()),
    }),
  ),
  by_node: z.array(z.object({ node: z.string().nullable(), phase, calls: z.int(), ...amounts })),
  by_phase: z.array(z.object({ phase, calls: z.int(), ...amounts })),
  before: side,
  after: side,
  rejected: costSchema.shape.rejected,
  unmetered: costSchema.shape.unmetered,
});

/** Cost with two price lists and the difference, in USD as decimal texts. */
export type CostComparison = z.infer<typeof costComparisonSchema>;
