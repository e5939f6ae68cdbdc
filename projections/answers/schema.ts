// Defines the form of a recorded answer.
import * as z from 'zod';
import { usageSchema } from '../../src/events/usage.ts';

/** The zod schema of `RecordedAnswer`. */
export const answerSchema = z.object({
  run: z.string(),
  seq: z.number().describe('of its llm.completed'),
  call: z.number(),
  phase: z.enum(['planner', 'workflow']).optional(),
  node: z.string().optional(),
  visit: z.number().optional(),
  item: z.number().optional(),
  attempt: z.number().optional(),
  occurrence: z
    .number()
    .describe('position among the equal requests of this node and item in this run, from 1'),
  provider: z.string(),
  model: z.string(),
  prompt: z.unknown(),
  system: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  response: z.unknown().describe('text or object'),
  usage: usageSchema,
  response_model: z.string().optional(),
  raw_usage: z.unknown().optional(),
  service_tier: z.string().optional(),
  finish_reason: z.string().optional(),
  provider_cost_usd: z.number().optional(),
  duration_ms: z.number(),
  reused: z
    .object({ run: z.string(), seq: z.number() })
    .optional()
    .describe('the recorded call that this answer was reused from'),
});

/** One recorded model answer, with the request that it answers. */
export type RecordedAnswer = z.infer<typeof answerSchema>;
