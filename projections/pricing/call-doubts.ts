// Finds the doubts about the usage of a call: those that were recorded, and those that the provider's own numbers show.
// Old logs have only the numbers.
import Big from 'big.js';
import { NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { Usage } from '../../src/events/usage.ts';
import { checkRecorded } from '../../src/usage/check-recorded.ts';
import { costAtRate } from './amount.ts';
import type { Rate } from './rate.ts';
import type { UsageReading } from './tokens-by-class.ts';

/** The share of a bill by which the calculated cost may differ. */
const TOLERANCE = '0.01';

const REPORTED_DIFFERS: Doubt = Object.freeze({
  code: 'REPORTED_DIFFERS',
  reason: "the provider's bill differs from the calculated cost by more than 1 %",
});

const MISMATCH: readonly Doubt[] = Object.freeze([
  { code: 'TOTAL_MISMATCH', reason: 'the total is not the sum of its parts' },
]);

/** The doubts about a call other than those about its price. */
export function callDoubts(call: ModelCall, reading: UsageReading, rate: Rate): readonly Doubt[] {
  const doubts = usageDoubts(call, reading);
  return differsFromBill(call, reading, rate) ? [...doubts, REPORTED_DIFFERS] : doubts;
}

function usageDoubts(call: ModelCall, reading: UsageReading): readonly Doubt[] {
  if (reading.state !== 'metered') return NO_DOUBTS;
  const { usage, doubts } = call.data;
  const shown = call.type === 'llm.completed' ? rawDoubts(call.data) : NO_DOUBTS;
  const known = doubts === undefined || doubts.length === 0 ? shown : together(doubts, shown);
  if (usage === undefined || isConsistent(usage, reading)) return known;
  return known.some(({ code }) => code === 'TOTAL_MISMATCH') ? known : [...known, ...MISMATCH];
}

function rawDoubts(data: Extract<ModelCall, { type: 'llm.completed' }>['data']): readonly Doubt[] {
  const { raw_usage, provider, vendor, model, response_model, usage } = data;
  return raw_usage === undefined
    ? NO_DOUBTS
    : checkRecorded({ provider: vendor ?? provider, model: response_model ?? model, usage, raw: raw_usage });
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

/** Compares only a price that is known: an estimate may differ from any bill. */
function differsFromBill(call: ModelCall, reading: UsageReading, rate: Rate): boolean {
  if (call.type !== 'llm.completed' || reading.state !== 'metered') return false;
  const { provider_cost_usd: bill, usage } = call.data;
  if (bill === undefined || (rate.state !== 'priced' && rate.state !== 'free')) return false;
  const counts = { calls: 1, tokens: reading.tokens, requests: usage.requests ?? {} };
  const difference = costAtRate(counts, rate).minus(bill).abs();
  return difference.gt(new Big(bill).times(TOLERANCE));
}
