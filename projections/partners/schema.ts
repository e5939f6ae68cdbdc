// Defines the form of `partners`: events that must have a counterpart and lack it, and events that were cut off.
import * as z from 'zod';

export const unpairedSchema = z.object({
  run: z.string(),
  seq: z.number().optional().describe('of the event, if the finding has one'),
  code: z.enum([
    'end-without-start',
    'start-without-end',
    'call-without-end',
    'call-without-answer',
    'answer-without-call',
    'call-twice',
    'call-missing',
    'time-back',
  ]),
  why: z.string().describe('one clause for display'),
});

/** One event without its counterpart. */
export type Unpaired = z.infer<typeof unpairedSchema>;

/** The zod schema of `Partners`. */
export const partnersSchema = z.object({
  runs: z.number(),
  findings: z.array(unpairedSchema).describe('errors of the writer'),
  open: z.array(unpairedSchema).describe('what a failed, interrupted or incomplete run may leave unfinished'),
});

/** Unpaired events of a log: errors of the writer, and what an unfinished run leaves open. */
export type Partners = z.infer<typeof partnersSchema>;
