// The form of `partners`: what lacks its counterpart though it should have one, and what was merely cut off.
import * as z from 'zod';

export const unpairedSchema = z.object({
  run: z.string(),
  seq: z.number().optional().describe('of the event, where it is one'),
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
  why: z.string().describe('one clause for people'),
});

export type Unpaired = z.infer<typeof unpairedSchema>;

export const partnersSchema = z.object({
  runs: z.number(),
  findings: z.array(unpairedSchema).describe('no writer that works leaves this'),
  open: z
    .array(unpairedSchema)
    .describe('what a run that failed, was stopped or is incomplete may leave unfinished'),
});

export type Partners = z.infer<typeof partnersSchema>;
