// Defines the form of the timeline.
import * as z from 'zod';
import { DOUBT_CODES } from '../../src/events/doubts.ts';

const milliseconds = z.number().describe('milliseconds since the run started');

/** Kinds of spans, from the outermost to the innermost. */
const SPAN_KINDS = ['run', 'planner', 'workflow', 'node', 'item', 'attempt', 'call'] as const;

/** The zod schema of `TimelineSpan`. */
export const timelineSpanSchema = z.object({
  id: z.string(),
  parent: z.string().nullable().describe('id of the span around it; null for the run'),
  kind: z.enum(SPAN_KINDS).describe('attempt: only where a node was repeated'),
  name: z.string().describe('workflow, node or model'),
  node: z.string().optional(),
  visit: z.number().optional().describe('if not the first'),
  item: z.number().optional(),
  attempt: z.number().optional().describe('if not the first, and of every span of kind attempt'),
  start_ms: milliseconds,
  end_ms: milliseconds.nullable().describe('null: neither it nor the run has an end in the log'),
  status: z.enum(['completed', 'failed', 'interrupted', 'paused', 'denied', 'running']),
  error: z.string().optional(),
  model: z.string().optional().describe('calls: as requested'),
  tokens: z
    .object({ input: z.number().describe('cached ones included'), output: z.number() })
    .optional()
    .describe('calls'),
  cost_usd: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .nullable()
    .optional()
    .describe('calls: US dollars, as an exact decimal; null if unknown'),
  exact: z.boolean().optional().describe('calls: false for an unknown, estimated or doubtful cost'),
  doubts: z
    .array(z.object({ code: z.enum(DOUBT_CODES), reason: z.string() }))
    .optional()
    .describe('calls: why the cost may be wrong; absent without any'),
  wait_ms: z.number().optional().describe('attempts: the pause after it'),
});

/** A stretch of time in a run: the run, a phase, a node, an item, an attempt or a model call. */
export type TimelineSpan = z.infer<typeof timelineSpanSchema>;
