// Finds the doubts about the usage of a call: those that were recorded, and those that the provider's own numbers show.
// Old logs have only the numbers.
import Big from 'big.js';
import { NO_DOUBTS, type Doubt } from '../../src/events/doubts.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { Usage } from '../../src/events/usage.ts';
import { checkRecorded } from '../../src/usage/check-recorded.ts';
import { costAtRate } from './amount.ts';
import { billOf, providerBill } from './call-bill.ts';
import type { PricingInfo } from './create-pricing.ts';
import type { Rate } from './rate.ts';
import type { UsageReading } from './tokens-by-class.ts';

type Metered = Extract<UsageReading, { state: 'metered' }>;

/** The share of a bill by which the calculated cost may differ. */
const TOLERANCE = '0.01';

const REPORTED_DIFFERS: Doubt = Object.freeze({
  code: 'REPORTED_DIFFERS',
  reason: "the provider's bill differs from the calculated cost by more than 1 %",
});

/** The only doubt of a call whose total is wrong. One list for all of them. */
export const MISMATCH: readonly Doubt[] = Object.freeze([
  { code: 'TOTAL_MISMATCH', reason: 'the total is not the sum of its parts' },
]);

/** OpenAI bills a fixed block of tokens for each search of these models. */
const SEARCH_IN_BLOCKS = /^openai\/gpt-4(?:o|\.1)-mini$/;

const BLOCKS: readonly Doubt[] = Object.freeze([
  {
    code: 'CLASS_UNPRICED',
    reason: 'tokens of searches are billed in fixed blocks, which the usage does not show',
  },
]);

/** Models that do not reason: tokens found by the older search tool are free. */
const FREE_FINDINGS = /^openai\/gpt-4/;

const FINDINGS: readonly Doubt[] = Object.freeze([
  { code: 'CLASS_UNPRICED', reason: 'tokens that a search has found are free, and may be in the usage' },
]);

const NO_USAGE: Doubt = Object.freeze({
  code: 'USAGE_UNREAD',
  reason: 'the bill is reported without a usage',
});

/** The doubts about a call other than those about its price. */
export function callDoubts(
  call: ModelCall,
  reading: UsageReading,
  rate: Rate,
  info: Pick<PricingInfo, 'cost_source'>,
): readonly Doubt[] {
  if (reading.state !== 'metered') {
    // The state of a call without a bill is a gap already.
    const isBilled = billOf(call, rate, info) !== undefined;
    return isBilled ? together(knownDoubts(call), [unusableDoubt(reading)]) : NO_DOUBTS;
  }
  const own = usageDoubts(call, reading);
  const ofSearch = searchDoubts(call, rate);
  const doubts = ofSearch.length === 0 ? own : [...own, ...ofSearch];
  return differsFromBill(call, reading, rate) ? [...doubts, REPORTED_DIFFERS] : doubts;
}

function searchDoubts(call: ModelCall, { entry }: Rate): readonly Doubt[] {
  const { requests } = call.data.usage ?? {};
  if (requests === undefined || entry === null) return NO_DOUBTS;
  if ((requests['web_search'] ?? 0) > 0 && SEARCH_IN_BLOCKS.test(entry)) return BLOCKS;
  return (requests['web_search_preview'] ?? 0) > 0 && FREE_FINDINGS.test(entry) ? FINDINGS : NO_DOUBTS;
}

/** A bill counts although its usage does not: the bill may be wrong, too. */
function unusableDoubt(reading: Exclude<UsageReading, { state: 'metered' }>): Doubt {
  return reading.state === 'unmetered' ? NO_USAGE : { code: 'TOTAL_MISMATCH', reason: reading.reason };
}

function knownDoubts(call: ModelCall): readonly Doubt[] {
  const { doubts } = call.data;
  const shown = call.type === 'llm.completed' ? rawDoubts(call.data) : NO_DOUBTS;
  return doubts === undefined || doubts.length === 0 ? shown : together(doubts, shown);
}

function usageDoubts(call: ModelCall, reading: Metered): readonly Doubt[] {
  const { usage } = call.data;
  const known = knownDoubts(call);
  if (usage === undefined || isConsistent(usage, reading)) return known;
  if (known.length === 0) return MISMATCH;
  return known.some(({ code }) => code === 'TOTAL_MISMATCH') ? known : [...known, ...MISMATCH];
}

function rawDoubts(data: Extract<ModelCall, { type: 'llm.completed' }>['data']): readonly Doubt[] {
  const { raw_usage: raw, provider, vendor, model, response_model, usage, service_tier } = data;
  if (raw === undefined) return NO_DOUBTS;
  return checkRecorded({
    provider: vendor ?? provider,
    model: response_model ?? model,
    usage,
    raw,
    bill: data.provider_cost_usd,
    service_tier,
  });
}

function together(recorded: readonly Doubt[], shown: readonly Doubt[]): readonly Doubt[] {
  const isNew = ({ code, reason }: Doubt): boolean =>
    !recorded.some((known) => known.code === code && known.reason === reason);
  return [...recorded, ...shown.filter(isNew)];
}

function isConsistent(usage: Usage, reading: Metered): boolean {
  if (usage.total_tokens === undefined) return true;
  return reading.inputTokens + (usage.output_tokens ?? 0) === reading.total;
}

/** Compares only a price that is known: an estimate may differ from any bill. */
function differsFromBill(call: ModelCall, reading: UsageReading, rate: Rate): boolean {
  if (reading.state !== 'metered') return false;
  const bill = providerBill(call);
  if (bill === undefined || (rate.state !== 'priced' && rate.state !== 'free')) return false;
  const counts = { calls: 1, tokens: reading.tokens, requests: call.data.usage?.requests ?? {} };
  const difference = costAtRate(counts, rate).minus(bill).abs();
  return difference.gt(new Big(bill).times(TOLERANCE));
}
