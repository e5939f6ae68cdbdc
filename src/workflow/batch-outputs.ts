// Describes the outputs of a node with a batch. They hold what its type writes for each item.
import * as z from 'zod';

const milliseconds = z.number().describe('milliseconds');

const failedItem = z.object({ index: z.int(), item: z.unknown(), error: z.string() });

const metadata = z.object({
  parallel: z.boolean(),
  max_concurrent: z.int(),
  timing: z.object({
    total_items_ms: milliseconds,
    avg_item_ms: milliseconds,
    min_item_ms: milliseconds,
    max_item_ms: milliseconds,
  }),
});

/** `outputs` are those of the type. An item of `results` has them and the item itself. */
export function describeBatchOutputs(outputs: z.ZodObject): z.ZodObject {
  const result = outputs.extend({ item: z.unknown(), error: z.string().optional() });
  return z.object({
    results: z.array(result).describe('in the order of the items; null for a failed one'),
    successes: z.array(result).describe('the results of the items that did not fail'),
    count: z.int(),
    success_count: z.int(),
    error_count: z.int(),
    errors: z.array(failedItem).nullable().describe('null if no item failed'),
    batch_metadata: metadata,
  });
}

/** What a batch writes as a whole. */
export const BATCH_OUTPUT_NAMES = Object.keys(describeBatchOutputs(z.object({})).shape);
