// How a failure is written down: its class, its sentence, and its pflow code where it has one.
import * as z from 'zod';

export const errorDataSchema = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
});

export type ErrorData = z.infer<typeof errorDataSchema>;
