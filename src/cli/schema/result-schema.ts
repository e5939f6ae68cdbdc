// Defines the form of the JSON document of a run.
import * as z from 'zod';
import { metricsSchema } from '../../../projections/metrics/schema.ts';
import { stepSchema } from '../../../projections/steps/schema.ts';
import { warningSchema } from '../../../projections/warnings/schema.ts';
import { ERROR_CODES } from '../../errors.ts';

const problemSchema = z.strictObject({
  path: z.string().describe('such as nodes[2].params.prompt or inputs.file; empty for the whole'),
  code: z.string().describe('the rule, such as REFERENCE_UNKNOWN or INPUT_MISSING'),
  message: z.string(),
  suggestion: z.string().optional(),
});

const errorSchema = z.strictObject({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  node_id: z.string().optional().describe('parent/child in a nested workflow'),
  path: z.string().optional(),
  hint: z.string().optional().describe('what to do'),
  details: z.array(z.string()).optional().describe('lines for people'),
  problems: z.array(problemSchema).optional().describe('problems of the workflow, of params or of inputs'),
  command: z.string().optional().describe('of a command that failed, with its values'),
  exit_code: z.int().optional().describe('of that command; -1 if a signal ended it or it never started'),
  stdout: z.string().optional().describe('the last 2 KB that it wrote'),
  stderr: z.string().optional().describe('the last 2 KB that it wrote to stderr'),
});

const SUBTYPES = [
  'success',
  'cancelled',
  'error_timeout',
  'error_max_budget_usd',
  'error_during_execution',
] as const;

const frame = {
  format: z.literal(1),
  type: z.literal('result'),
  subtype: z.enum(SUBTYPES),
  is_error: z.boolean(),
  exit_code: z.int().min(0).max(255).describe('of the process'),
};

const workflowSchema = z.strictObject({
  name: z.string().nullable().describe('null if no workflow ran'),
  hash: z.string().nullable().describe('SHA-256 of the canonical workflow'),
  path: z.string().optional().describe('absolute path of the file'),
  ir: z.unknown().optional().describe('the planned workflow, or the best attempt at one'),
});

const logSchema = z.strictObject({
  path: z.string(),
  complete: z.boolean().describe('false if something could not be written'),
  last_seq: z.int(),
});

const runSchema = z.strictObject({
  ...frame,
  result: z
    .unknown()
    .describe('the declared outputs by name; without any, the one output value; with -o that value'),
  execution_id: z.string(),
  workflow: workflowSchema,
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  duration_api_ms: z.number().describe('time in model calls'),
  ...metricsSchema.shape,
  steps: z.array(stepSchema),
  error: errorSchema.optional(),
  warnings: z.array(warningSchema),
  log: logSchema.optional(),
  trace_file: z.string().optional(),
  planner_trace_file: z.string().optional(),
  resume_command: z.string().optional(),
});

/** Nothing ran. */
const notStartedSchema = z.strictObject({
  ...frame,
  result: z.null(),
  status: z.literal('failed'),
  error: errorSchema,
  warnings: z.array(warningSchema),
});

/** The zod schema of the document that `--output-format json` prints. */
export const resultSchema = z.union([runSchema, notStartedSchema]);
