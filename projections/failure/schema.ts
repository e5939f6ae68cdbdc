// Defines the form of a failure.
import * as z from 'zod';
import { errorDataSchema } from '../../src/events/error-data.ts';
import { runStatusSchema } from '../tally/run-progress.ts';
import { warningSchema } from '../warnings/schema.ts';

const readSchema = z.object({
  reference: z.string().describe('as written in the workflow, without ${}'),
  param: z.string(),
  from: z.enum(['input', 'node', 'item']).describe('item: the item of a batch'),
  node: z.string().optional().describe('the node that wrote it'),
  visit: z.number().optional().describe('of that node, if not the first'),
  seq: z.number().optional().describe('of the event that wrote it'),
  origin: z.string().optional().describe('inputs: given, stdin, environment, settings, default or none'),
  value: z.unknown().optional().describe('absent: it had none'),
});

const predecessorSchema = z.object({
  node: z.string(),
  visit: z.number().optional().describe('if not the first'),
  status: z.enum(['completed', 'failed']),
  outputs: z.unknown().optional().describe('what the store had of it at the failure'),
});

/** The zod schema of `Failure`. */
export const failureSchema = z.object({
  run: z.string(),
  workflow: z.string().nullable(),
  workflow_path: z.string().optional(),
  status: runStatusSchema,
  signal: z.string().optional().describe('the signal that ended the run'),
  error: errorDataSchema.nullable().describe('of the node, else of the run; null where neither has one'),
  node: z.string().nullable().describe('the node that failed, or that ran when the log ends'),
  node_type: z.string().nullable(),
  visit: z.number().nullable(),
  item: z.number().nullable().describe('of a batch'),
  attempts: z
    .array(z.object({ error: errorDataSchema, wait_ms: z.number() }))
    .describe('attempts that failed and were repeated; the last one is in `error`'),
  params: z.record(z.string(), z.unknown()).describe('of the node, resolved; empty at level metrics'),
  reads: z.array(readSchema).describe('what its templates read, and who wrote that'),
  outputs: z.unknown().optional().describe('what the node wrote in spite of its failure'),
  predecessors: z.array(predecessorSchema).describe('the nodes it read from, and the one that ran before'),
  warnings: z.array(warningSchema),
  started_seq: z.number().nullable().describe('`seq` of the start of the node'),
  failed_seq: z.number().nullable().describe('`seq` of its failure'),
});

/** Why a run did not succeed: its node, what that read, its attempts and its error. */
export type Failure = z.infer<typeof failureSchema>;
