// Reads a call's usage as tokens by class, or rejects it with a reason. It does not trust the writer: contradictory
// counts are named and never become a charge.
import {
  isCount,
  isUnmetered,
  positionOf,
  splitUsage,
  TOKEN_CLASSES,
} from '../../src/events/token-classes.ts';
import type { Usage } from '../../src/events/usage.ts';
import { USAGE_COUNTS } from '../../src/events/usage-counts.ts';

export type UsageReading =
  | {
      readonly state: 'metered';
      /** In the order of `TOKEN_CLASSES`. */
      readonly tokens: readonly number[];
      /** All input, cached included. It decides the tier. */
      readonly inputTokens: number;
      readonly total: number;
    }
  | { readonly state: 'unmetered'; readonly total: number }
  | {
      readonly state: 'rejected';
      readonly reason: string;
      /** Whole counts that are valid, parts not subtracted. */
      readonly tokens: readonly number[];
      readonly total: number;
    };

const countOr0 = (value: unknown): number => (isCount(value) ? value : 0);

/** The counts that are not part of another one, and the positions of their classes. */
const WHOLE_COUNTS = USAGE_COUNTS.filter((count) => count.partOf === null && count.class !== null).map(
  ({ field }) => ({ field, at: positionOf(field) }),
);

function rejected(usage: Usage, reason: string): UsageReading {
  const tokens = TOKEN_CLASSES.map(() => 0);
  for (const { field, at } of WHOLE_COUNTS) tokens[at] = countOr0(usage[field]);
  const total = isCount(usage.total_tokens) ? usage.total_tokens : tokens.reduce((a, b) => a + b, 0);
  return { state: 'rejected', reason, tokens, total: countOr0(total) };
}

const or0 = (count: number | undefined): number => count ?? 0;

export function readUsage(usage: Usage | undefined): UsageReading {
  if (usage === undefined) return { state: 'unmetered', total: 0 };
  const tokens = splitUsage(usage);
  if (typeof tokens === 'string') return rejected(usage, tokens);
  const inputTokens =
    or0(usage.input_tokens) + or0(usage.cache_creation_input_tokens) + or0(usage.cache_read_input_tokens);
  const total = usage.total_tokens ?? inputTokens + or0(usage.output_tokens);
  if (isUnmetered(usage)) return { state: 'unmetered', total };
  if (!Number.isSafeInteger(total)) return rejected(usage, 'the tokens of one call are too many to count');
  return { state: 'metered', tokens, inputTokens, total };
}
