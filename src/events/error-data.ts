// Defines the form in which events record a failure: its class, its message, and its pflow code, if any.
import * as z from 'zod';

export const errorDataSchema = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
});

export type ErrorData = z.infer<typeof errorDataSchema>;
