// Defines the form of a warning.
import * as z from 'zod';

export const warningSchema = z.object({
  code: z.string(),
  node_id: z.string().optional(),
  message: z.string(),
});

export type Warning = z.infer<typeof warningSchema>;
