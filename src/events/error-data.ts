// Defines the form in which events record a failure: its class, its message, and its pflow code, if any.
import * as z from 'zod';
import { identifier } from './text-shape.ts';

export const errorDataSchema = z.object({
  name: identifier(z.string()),
  message: z.string(),
  code: identifier(z.string()).optional(),
  hint: z.string().optional().describe('of a run, at trace level: how to go on'),
});

/** The code of an item of a batch that was stopped because of another item. It has not failed itself. */
export const ITEM_STOPPED = 'ITEM_STOPPED';

export type ErrorData = z.infer<typeof errorDataSchema>;
