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

export const nodeRestored = z.object({
  node_type: identifier(z.string()),
  action: identifier(z.string().describe('the edge that the earlier run took')),
  from: identifier(
    z.object({
      run: z.string().describe('the run in which the node ran'),
      seq: z.int().nonnegative().describe('of its end there'),
    }),
  ),
  fingerprint: identifier(
    z.string().describe('hash of the type, the definition and the resolved params with which it ran'),
  ).optional(),
  workflows: identifier(
    z
      .record(z.string(), z.string())
      .describe('hashes of the workflows that ran in it, by path of their node'),
  ).optional(),
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

export const batchStarted = z.object({ items: z.int().nonnegative().describe('how many items there are') });

export const nodeRetried = z.object({
  error: errorDataSchema.describe('why the attempt in the envelope failed'),
  wait_ms: z.number().nonnegative().describe('the pause before the next attempt'),
});
