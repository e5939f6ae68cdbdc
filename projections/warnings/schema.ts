// Defines the form of a warning.
import * as z from 'zod';

/** The zod schema of `Warning`. */
export const warningSchema = z.object({
  code: z.string(),
  node_id: z.string().optional(),
  message: z.string(),
});

/** One warning of a run. */
export type Warning = z.infer<typeof warningSchema>;
