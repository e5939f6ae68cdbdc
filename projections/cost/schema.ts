// Defines the form of the cost result. Amounts are exact decimal strings in USD, lists are sorted.
import * as z from 'zod';
import { DOUBT_CODES } from '../../src/events/doubts.ts';
import { exactDoubtSchema } from '../pricing/ledger/ledger-doubts.ts';
import { exactReportedSchema } from '../pricing/ledger/reported-bills.ts';

const usd = z.string().regex(/^-?\d+(\.\d+)?$/);
const phase = z.enum(['planner', 'workflow']).nullable();
const state = z.enum(['priced', 'free', 'reported', 'estimated', 'unpriced', 'rejected', 'unmetered']);

/** Tokens of paid calls, without those of reused answers. The total is input and output, as in the metrics. */
const tokens = {
  tokens_input: z.number(),
  tokens_output: z.number(),
  tokens_total: z.number(),
  tokens_cache_creation: z.number(),
  tokens_cache_read: z.number(),
  tokens_reasoning: z.number(),
};

const calls = {
  calls: z.int(),
  failed_calls: z.int(),
  reused_calls: z.int(),
};

/** The price of calls, and how it was found. */
const price = {
  entry: z.string().nullable(),
  by: z.enum(['response_model', 'model', 'as_model', 'fallback']).nullable(),
  rule: z.string().nullable(),
  source: z.string().nullable(),
  tier: z.string().nullable(),
  service_tier: z.string().nullable(),
};

const line = z.object({
  run: z.string(),
  seq: z.int(),
  at: z.string(),
  phase,
  node: z.string().nullable(),
  visit: z.int().optional(),
  item: z.int().optional(),
  attempt: z.int().optional(),
  call: z.int(),
  model: z.string(),
  response_model: z.string().optional(),
  state,
  reason: z.string().nullable(),
  doubts: z.array(z.object({ code: z.enum(DOUBT_CODES), reason: z.string() })).optional(),
  reused: z.boolean(),
  ...price,
  cost_usd: usd.nullable(),
  provider_cost_usd: usd.optional(),
  parts: z.array(
    z.object({
      what: z.string().describe('a class of tokens, or a server-tool request'),
      count: z.number(),
      priced_as: z.string().nullable().describe('the class whose price it has; null for requests'),
      price: z.string().describe('USD per million tokens, or per 1,000 requests'),
      amount_usd: usd,
    }),
  ),
});

const missing = z.object({
  model: z.string(),
  calls: z.int(),
  reason: z.string(),
  nearest: z.array(z.string()).describe('similar known names'),
});

/** The prices that were used. With the same books the same log gives the same result. */
const pricingInfoSchema = z.object({
  source: z.string(),
  version: z.string(),
  as_of: z.string().nullable().describe('null: each call has the prices of its own time'),
  as_model: z.string().nullable(),
  unknown_model: z.enum(['fallback', 'null', 'error']),
  cost_source: z
    .enum(['auto', 'calculated', 'reported'])
    .describe('auto: the bill of the provider where it reports one'),
  rules: z.string().optional().describe('the day of the price rules that are laid over the books'),
  books: z
    .array(
      z.object({
        source: z.string(),
        version: z.string(),
        date: z.string().nullable(),
        sha256: z.string().nullable(),
      }),
    )
    .describe('the first one that knows a model wins'),
});

/** The zod schema of `Cost`. */
export const costSchema = z.object({
  currency: z.literal('USD'),
  total_cost_usd: usd,
  exact: z
    .boolean()
    .describe('no paid call is estimated, unpriced, rejected or unmetered, and there is no doubt about one'),
  doubts: z.array(exactDoubtSchema),
  known_cost_usd: usd,
  estimated_cost_usd: usd,
  reused_cost_usd: usd.describe('what reused answers would have cost'),
  ...calls,
  by_model: z.array(
    z.object({
      model: z.string(),
      ...calls,
      ...tokens,
      cost_usd: usd,
      reused_cost_usd: usd,
      state: state.describe('the least certain state of its calls'),
      prices: z.array(z.object({ calls: z.int(), state, ...price })),
      reported: exactReportedSchema.optional(),
    }),
  ),
  by_node: z.array(z.object({ node: z.string().nullable(), phase, ...calls, ...tokens, cost_usd: usd })),
  by_phase: z.array(z.object({ phase, ...calls, cost_usd: usd })),
  lines: z.array(line).optional(),
  estimated: z.array(missing.extend({ cost_usd: usd, entry: z.string().nullable() })),
  unpriced: z.array(missing.extend({ tokens: z.number().describe('of all classes') })),
  rejected: z.array(z.object({ model: z.string(), calls: z.int(), reason: z.string() })),
  unmetered: z
    .array(z.object({ model: z.string(), calls: z.int(), reason: z.string() }))
    .describe('calls that may be billed without a known usage; the run may have been killed meanwhile'),
  reported: exactReportedSchema.optional(),
  pricing: pricingInfoSchema,
});

/** What the model calls cost (USD, decimal texts), and whether the amounts are exact. */
export type Cost = z.infer<typeof costSchema>;
export type CostLine = z.infer<typeof line>;
