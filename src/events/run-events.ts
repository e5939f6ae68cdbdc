// The frame of a run: its first and its last event, and the two phases in between.
import * as z from 'zod';
import { errorDataSchema } from './error-data.ts';

const durationMs = z.number().nonnegative().describe('monotonic milliseconds');
const jsonObject = z.record(z.string(), z.unknown());

export const runStarted = z.object({
  format: z.int().positive().describe('version of the log format, 1'),
  pflow: z.string().describe('version of the writer'),
  node_version: z.string(),
  level: z.enum(['metrics', 'trace']),
  checksum: z.literal('crc32').optional().describe('every line carries a CRC; absent in a hand-made log'),
  workflow: z.object({ name: z.string(), hash: z.string() }).nullable(),
  source: z.enum(['file', 'saved', 'planner']),
  nodes: z.int().nonnegative().optional().describe('how many nodes the workflow has'),
  request: z.string().optional().describe('trace level: the sentence that was planned'),
  inputs: jsonObject.optional().describe('trace level: the inputs, redacted'),
  ir: jsonObject.optional().describe('trace level: the workflow file, redacted'),
});

export const runCompleted = z.object({
  status: z.enum(['success', 'failed', 'interrupted']),
  duration_ms: durationMs,
  events: z.int().nonnegative().describe('how many events of this run stand before this one'),
  error: errorDataSchema.optional(),
  signal: z.string().optional().describe('the signal that ended the run'),
});

export const plannerStarted = z.object({});

export const plannerCompleted = z.object({
  status: z.enum(['generated', 'reused', 'failed']),
  duration_ms: durationMs,
  error: errorDataSchema.optional(),
});

export const workflowStarted = z.object({
  name: z.string(),
  hash: z.string().describe('SHA-256 of the canonical workflow'),
  nodes: z.array(z.string()).describe('node ids in document order'),
  ir: jsonObject.optional().describe('trace level: the workflow of a planned run, redacted'),
});

export const workflowCompleted = z.object({
  status: z.enum(['success', 'failed']),
  duration_ms: durationMs,
});

export const warningRaised = z.object({ code: z.string(), message: z.string() });
