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

export type Unpaired = z.infer<typeof unpairedSchema>;

export const partnersSchema = z.object({
  runs: z.number(),
  findings: z.array(unpairedSchema).describe('errors of the writer'),
  open: z.array(unpairedSchema).describe('what a failed, interrupted or incomplete run may leave unfinished'),
});

export type Partners = z.infer<typeof partnersSchema>;
