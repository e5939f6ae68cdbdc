// Validates the usage of a model call. Its whole counts never overlap: input is uncached input only.
import * as z from 'zod';
import { USAGE_COUNTS, type UsageField } from './usage-counts.ts';

const count = z.number().nonnegative().optional();

const counts = Object.fromEntries(
  USAGE_COUNTS.map(({ field, partOf }) => [
    field,
    partOf === null ? count : count.describe(`part of ${partOf}`),
  ]),
) as Record<UsageField, typeof count>;

/** All counts are tokens; `requests` counts server-tool calls by name. `{}`: the provider reported nothing. */
export const usageSchema = z.object({
  ...counts,
  requests: z.record(z.string(), z.number().nonnegative()).optional(),
  speed: z.string().optional().describe('as the provider names it, unless it is the usual one'),
  geo: z.string().optional().describe('where the model ran, unless that is the usual place'),
  tier: z.string().optional().describe('the service tier, unless it is the standard one'),
});

/** Tokens of one model call by class. Whole counts never overlap; parts, such as reasoning, are included in theirs. */
export type Usage = Readonly<z.infer<typeof usageSchema>>;
