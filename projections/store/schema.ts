// Defines the form of the store.
import * as z from 'zod';

export const storeSchema = z.object({
  store: z.record(z.string(), z.unknown()),
  skipped_patches: z.number().optional().describe('patches that could not be applied, if any'),
});

/** The shared store, and the number of changes that could not be applied. */
export type StoreResult = z.infer<typeof storeSchema>;
