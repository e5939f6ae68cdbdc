// Explains the cost of one model call for `--explain`. Lines hold counts while folding and become amounts at the end.
import type { CostLine } from './schema.ts';
import { present } from '../../src/values/present.ts';
import { toDecimal } from '../pricing/decimal.ts';
import Big from 'big.js';
import type { Doubt } from '../../src/events/doubts.ts';
import { callDoubts } from '../pricing/call-doubts.ts';
import { billOf } from '../pricing/call-bill.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import type { Rate } from '../pricing/rate.ts';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { Ledger } from '../pricing/ledger/ledger.ts';
import { partsAt } from '../pricing/price-call.ts';
import { readUsage } from '../pricing/tokens-by-class.ts';

export type CostLineState = Pick<
  CostLine,
  'run' | 'seq' | 'at' | 'phase' | 'node' | 'visit' | 'item' | 'attempt' | 'call' | 'model' | 'reused'
> & {
  response_model?: string;
  provider_cost_usd?: number;
  /** Key in the rates of the ledger. */
  rate: string;
  tokens: readonly number[];
  requests: Readonly<Record<string, number>>;
  own_doubts: readonly Doubt[];
  /** The provider's bill is the cost. */
  billed: boolean;
};

function answerOf({
  data,
}: ModelCall): Pick<CostLineState, 'response_model' | 'provider_cost_usd' | 'reused'> {
  const { response_model, provider_cost_usd } = data;
  return present({
    response_model,
    provider_cost_usd,
    reused: 'reused' in data && data.reused !== undefined,
  });
}

export function costLineOf(event: ModelCall, rate: Rate, { info }: Pricing): CostLineState {
  const { run, seq, at, phase = null, node = null, visit, item, attempt, data } = event;
  const reading = readUsage(data.usage);
  const metered = reading.state === 'metered';
  return {
    run,
    seq,
    at,
    phase,
    node,
    ...present({ visit, item, attempt }),
    call: data.call,
    model: data.model,
    ...answerOf(event),
    rate: rate.id,
    tokens: metered ? reading.tokens : [],
    requests: metered ? { ...data.usage?.requests } : {},
    own_doubts: callDoubts(event, reading, rate, info),
    billed: billOf(event, rate, info) !== undefined,
  };
}

/** Returns null if the ledger does not have the line's rate. That cannot happen within one fold. */
function explainLine(line: CostLineState, ledger: Ledger): CostLine | null {
  const { rate: id, tokens, requests, provider_cost_usd: reported, own_doubts, billed, ...facts } = line;
  const rate = ledger.rates[id];
  if (rate === undefined) return null;
  const { cost_usd, parts } = partsAt(rate, tokens, requests);
  const { state, reason, entry, by, rule, source, tier, service_tier } = rate;
  const doubts = billed ? own_doubts : [...own_doubts, ...rate.doubts];
  const bill = reported === undefined ? null : toDecimal(new Big(reported));
  return {
    ...facts,
    state: billed ? 'reported' : state,
    reason: billed ? null : reason,
    ...(doubts.length === 0 ? {} : { doubts: [...doubts] }),
    entry,
    by,
    rule,
    source,
    tier,
    service_tier,
    cost_usd: billed ? bill : cost_usd,
    ...(bill === null ? {} : { provider_cost_usd: bill }),
    parts: [...parts],
  };
}

const byPosition = (a: CostLineState, b: CostLineState): number =>
  a.run === b.run ? a.seq - b.seq : a.run < b.run ? -1 : 1;

/** Sorts by run and position, so that interleaved runs follow each other. */
export function explainLines(lines: readonly CostLineState[], ledger: Ledger): CostLine[] {
  return [...lines]
    .sort(byPosition)
    .map((line) => explainLine(line, ledger))
    .filter((line) => line !== null);
}
