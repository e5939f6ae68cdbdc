// Events of a run as a whole: start and end of the run and of its two phases, and warnings.
import * as z from 'zod';
import { errorDataSchema } from './error-data.ts';
import { RUN_ENDS } from './run-status.ts';
import { identifier, objectShape, withShape, type ObjectShape } from './text-shape.ts';

const durationMs = z.number().nonnegative().describe('monotonic milliseconds');
const jsonObject = z.record(z.string(), z.unknown());

/** Where the value of an input comes from. `none`: an optional input without a value. */
const INPUT_ORIGINS = ['given', 'stdin', 'environment', 'settings', 'default', 'none'] as const;

/** Ids, types, names and edges of a workflow file; everything else in it is content. */
const WORKFLOW: ObjectShape = {
  ...objectShape([
    ['ir_version', 'identifier'],
    ['name', 'identifier'],
    ['start_node', 'identifier'],
    ['inputs', objectShape([], objectShape([['type', 'identifier']]))],
    ['outputs', objectShape([], objectShape([['type', 'identifier']]))],
    [
      'nodes',
      {
        items: objectShape([
          ['id', 'identifier'],
          ['type', 'identifier'],
        ]),
      },
    ],
    ['edges', 'identifier'],
  ]),
  isOneValue: true,
};

export const runStarted = z.object({
  format: z.int().positive().describe('version of the log format, 1'),
  pflow: identifier(z.string().describe('version of the writer')),
  node_version: identifier(z.string()),
  level: z.enum(['metrics', 'trace']),
  checksum: z.literal('crc32').optional().describe('every line has a CRC; absent in a log written by hand'),
  workflow: identifier(z.object({ name: z.string(), hash: z.string() }).nullable()),
  source: z.enum(['file', 'saved', 'planner']),
  nodes: z.int().nonnegative().optional().describe('number of nodes in the workflow'),
  pid: z.int().positive().optional().describe('process that writes the log'),
  host: identifier(z.string().optional().describe('hash of the name of its machine')),
  tags: z.record(z.string(), z.string()).optional().describe('labels, as given with --tag key=value'),
  resumed_from: identifier(
    z
      .object({
        run: z.string(),
        seq: z.int().nonnegative().describe('of the last event that was read'),
        from_node: z.string().optional().describe('the first node that ran again by request'),
        inputs: z.array(z.string()).optional().describe('names of the inputs that were given again'),
      })
      .optional()
      .describe('the earlier run that this one continues'),
  ),
  workflow_path: z.string().optional().describe('trace level: absolute path of the workflow file'),
  cwd: z.string().optional().describe('trace level: the folder in which the run started'),
  argv: z.array(z.string()).optional().describe('trace level: the command line, inputs without values'),
  model: identifier(
    z.string().optional().describe('trace level: of nodes without one, as given with --model'),
  ),
  request: z.string().optional().describe('trace level: the sentence that was planned'),
  inputs: jsonObject.optional().describe('trace level: the inputs, redacted'),
  input_origins: identifier(
    z
      .record(z.string(), z.enum(INPUT_ORIGINS))
      .optional()
      .describe('trace level: where the value of each input comes from'),
  ),
  ir: withShape(jsonObject.optional().describe('trace level: the workflow file, redacted'), WORKFLOW),
});

export const runCompleted = z.object({
  status: z.enum(RUN_ENDS).describe('paused: a node waits for approval; denied: its approval was refused'),
  duration_ms: durationMs,
  events: z.int().nonnegative().describe('number of events of this run before this one'),
  error: errorDataSchema.optional(),
  signal: identifier(z.string().optional().describe('the signal that ended the run')),
});

export const plannerStarted = z.object({});

export const plannerCompleted = z.object({
  status: z.enum(['generated', 'reused', 'failed']),
  duration_ms: durationMs,
  error: errorDataSchema.optional(),
});

export const workflowStarted = z.object({
  name: identifier(z.string()),
  hash: identifier(z.string().describe('SHA-256 of the canonical workflow')),
  nodes: identifier(z.array(z.string()).describe('node ids in document order')),
  ir: withShape(
    jsonObject.optional().describe('trace level: the workflow of a planned run, redacted'),
    WORKFLOW,
  ),
});

export const workflowCompleted = z.object({
  status: z.enum(['success', 'failed']),
  duration_ms: durationMs,
});

export const warningRaised = z.object({ code: identifier(z.string()), message: z.string() });
