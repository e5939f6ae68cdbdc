// Finds the doubts about the usage of a call: counts that contradict each other, and counts that were not read.
import { NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { UsageReading } from './read-usage.ts';

const MISMATCH: readonly Doubt[] = Object.freeze([
  { code: 'TOTAL_MISMATCH', reason: 'the total is not the sum of its parts' },
]);

export function usageDoubts(call: ModelCall, reading: UsageReading): readonly Doubt[] {
  if (reading.state !== 'metered') return NO_DOUBTS;
  const { usage } = call.data;
  if (usage?.total_tokens === undefined) return NO_DOUBTS;
  return reading.inputTokens + (usage.output_tokens ?? 0) === reading.total ? NO_DOUBTS : MISMATCH;
}
