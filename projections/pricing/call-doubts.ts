// Finds the doubts about the usage of a call: those that were recorded, and those that the provider's own numbers show.
// Old logs have only the numbers.
import { NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { Usage } from '../../src/events/usage.ts';
import { checkRecorded } from '../../src/usage/check-recorded.ts';
import type { UsageReading } from './read-usage.ts';

const MISMATCH: readonly Doubt[] = Object.freeze([
  { code: 'TOTAL_MISMATCH', reason: 'the total is not the sum of its parts' },
]);

export function usageDoubts(call: ModelCall, reading: UsageReading): readonly Doubt[] {
  if (reading.state !== 'metered') return NO_DOUBTS;
  const { usage, doubts } = call.data;
  const shown = call.type === 'llm.completed' ? rawDoubts(call.data) : NO_DOUBTS;
  const known = doubts === undefined || doubts.length === 0 ? shown : together(doubts, shown);
  if (usage === undefined || isConsistent(usage, reading)) return known;
  return known.some(({ code }) => code === 'TOTAL_MISMATCH') ? known : [...known, ...MISMATCH];
}

function rawDoubts(data: Extract<ModelCall, { type: 'llm.completed' }>['data']): readonly Doubt[] {
  const { raw_usage, provider, model, response_model, usage } = data;
  return raw_usage === undefined
    ? NO_DOUBTS
    : checkRecorded({ provider, model: response_model ?? model, usage, raw: raw_usage });
}

function together(recorded: readonly Doubt[], shown: readonly Doubt[]): readonly Doubt[] {
  const isNew = ({ code, reason }: Doubt): boolean =>
    !recorded.some((known) => known.code === code && known.reason === reason);
  return [...recorded, ...shown.filter(isNew)];
}

function isConsistent(usage: Usage, reading: Extract<UsageReading, { state: 'metered' }>): boolean {
  if (usage.total_tokens === undefined) return true;
  return reading.inputTokens + (usage.output_tokens ?? 0) === reading.total;
}
