// The JSON document of `pflow verify --json`. Its shape is a contract, as that of every result.
import { RUN_ENDS } from '../../events/run-status.ts';
import * as z from 'zod';

const verifyFindingSchema = z.object({
  code: z.string().describe('docs/durability.md has a row for each'),
  line: z.number().optional().describe('from 1'),
  offset: z.number().optional().describe("of the line's first byte, unpacked"),
  run: z.string().optional(),
  seq: z.number().optional(),
  count: z.number().optional().describe('how many, if it represents several'),
  message: z.string(),
});

/** A finding, or a note in the same shape. */
export type VerifyFinding = z.infer<typeof verifyFindingSchema>;

/** From worst to best. */
export const LOG_STATES = [
  'unreadable',
  'damaged',
  'empty',
  'inconsistent',
  'incomplete',
  'torn',
  'ok',
] as const;

const checkedLogSchema = z.object({
  log: z.string(),
  state: z.enum(LOG_STATES),
  events: z.number().describe('lines that count'),
  runs: z.array(
    z.object({
      run: z.string(),
      status: z.enum([...RUN_ENDS, 'incomplete']),
      events: z.number(),
      started_at: z.string().optional(),
      written_by: z.string().optional().describe('version of pflow'),
      level: z.enum(['metrics', 'trace']).optional(),
    }),
  ),
  findings: z.array(verifyFindingSchema),
  notes: z.array(verifyFindingSchema).describe('do not fail the check'),
});

export type CheckedLog = z.infer<typeof checkedLogSchema>;

export const verifySchema = z.object({
  ok: z.boolean().describe('no finding in any log'),
  logs: z.array(checkedLogSchema),
});

export type VerifyDocument = z.infer<typeof verifySchema>;
