// Events of a model call. The bill (metrics level) and the words (trace level) are separate events, so that adding up
// tokens never reads a prompt.
import * as z from 'zod';
import { DOUBT_CODES } from './doubts.ts';
import { errorDataSchema } from './error-data.ts';
import { identifier } from './text-shape.ts';
import { usageSchema } from './usage.ts';

const call = z.int().positive().describe('counts the model calls of a run from 1');
const model = identifier(z.string().describe('as requested, in the form provider/name'));
const durationMs = z.number().nonnegative().describe('monotonic milliseconds until the answer was consumed');

const doubts = z
  .array(z.object({ code: z.enum(DOUBT_CODES), reason: z.string() }))
  .describe('why the usage may not be what the provider bills');

export const llmCompleted = z.object({
  call,
  provider: identifier(z.string()),
  vendor: identifier(
    z.string().optional().describe("who answers at the address of a provider whose name is the user's own"),
  ),
  model,
  response_model: identifier(
    z.string().optional().describe('the model that answered according to the provider, if it differs'),
  ),
  usage: usageSchema,
  raw_usage: identifier(z.unknown().optional().describe("the provider's own numbers, untouched")),
  service_tier: identifier(z.string().optional()),
  finish_reason: identifier(
    z.string().optional().describe('why the model stopped, unless the answer ended normally'),
  ),
  duration_ms: durationMs,
  first_chunk_ms: z
    .number()
    .nonnegative()
    .optional()
    .describe('of a stream: monotonic milliseconds until its first text'),
  provider_cost_usd: z.number().nonnegative().optional(),
  doubts: doubts.optional(),
  reused: z
    .object({ run: identifier(z.string()), seq: z.int().nonnegative() })
    .optional()
    .describe('the recorded call whose answer was reused; this call cost nothing'),
});

export const llmFailed = z.object({
  call,
  model,
  duration_ms: durationMs,
  error: errorDataSchema,
  response_model: identifier(
    z.string().optional().describe('the model that answered according to the provider, if it differs'),
  ),
  usage: usageSchema.optional(),
  provider_cost_usd: z.number().nonnegative().optional(),
  doubts: doubts.optional(),
  unmetered: z
    .literal(true)
    .optional()
    .describe('the request was sent and may be billed, but no usage is known'),
  partial: z.string().optional().describe('trace level: the text of a stream until it broke off'),
});

export const llmSent = z.object({ call, model });

export const llmPrompted = z.object({
  call,
  model,
  prompt: z.unknown(),
  system: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});

export const llmAnswered = z.object({ call, response: z.unknown().describe('text or object') });
