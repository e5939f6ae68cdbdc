// Events of a node. The envelope identifies node, visit, item and attempt.
import * as z from 'zod';
import { errorDataSchema } from './error-data.ts';
import { identifier } from './text-shape.ts';

const durationMs = z.number().nonnegative().describe('monotonic milliseconds');

export const nodeStarted = z.object({ node_type: identifier(z.string()) });

export const nodeCompleted = z.object({
  node_type: identifier(z.string()),
  action: identifier(z.string().describe('the edge to take next')),
  duration_ms: durationMs,
});

export const nodeFailed = z.object({
  node_type: identifier(z.string()),
  duration_ms: durationMs,
  error: errorDataSchema,
});

export const nodeApproval = z.object({
  decision: z
    .enum(['approved', 'denied', 'waiting'])
    .describe('waiting: the run pauses until it is resumed with an answer'),
});

export const nodeRetried = z.object({
  error: errorDataSchema.describe('why the attempt in the envelope failed'),
  wait_ms: z.number().nonnegative().describe('the pause before the next attempt'),
});
