// One model call as `--explain` shows it: kept as counts while folding, turned into amounts at the end.
import type { CostLine } from './schema.ts';
import { toDecimal } from '../pricing/decimal.ts';
import Big from 'big.js';
import type { ModelCall } from '../../src/events/model-call.ts';
import type { Ledger } from '../pricing/ledger/ledger.ts';
import { partsAt } from '../pricing/price-call.ts';
import { readUsage } from '../pricing/read-usage.ts';

export type CostLineState = Pick<
  CostLine,
  'run' | 'seq' | 'at' | 'phase' | 'node' | 'visit' | 'item' | 'attempt' | 'call' | 'model' | 'reused'
> & {
  response_model?: string;
  provider_cost_usd?: number;
  /** Key into the ledger's rates. */
  rate: string;
  tokens: readonly number[];
  requests: Readonly<Record<string, number>>;
};

/** Only what an event has: an absent visit stays absent. */
function placeOf(event: ModelCall): Pick<CostLineState, 'visit' | 'item' | 'attempt'> {
  const { visit, item, attempt } = event;
  return {
    ...(visit === undefined ? {} : { visit }),
    ...(item === undefined ? {} : { item }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}

function answerOf(event: ModelCall): Pick<CostLineState, 'response_model' | 'provider_cost_usd' | 'reused'> {
  if (event.type === 'llm.failed') return { reused: false };
  const { response_model, provider_cost_usd, reused } = event.data;
  return {
    ...(response_model === undefined ? {} : { response_model }),
    ...(provider_cost_usd === undefined ? {} : { provider_cost_usd }),
    reused: reused !== undefined,
  };
}

export function costLineOf(event: ModelCall, rate: string): CostLineState {
  const { run, seq, at, phase = null, node = null, data } = event;
  const reading = readUsage(data.usage);
  const metered = reading.state === 'metered';
  return {
    run,
    seq,
    at,
    phase,
    node,
    ...placeOf(event),
    call: data.call,
    model: data.model,
    ...answerOf(event),
    rate,
    tokens: metered ? reading.tokens : [],
    requests: metered ? { ...data.usage?.requests } : {},
  };
}

/** Null when the ledger does not know the line's rate, which only a state from elsewhere can bring about. */
function explainLine(line: CostLineState, ledger: Ledger): CostLine | null {
  const { rate: id, tokens, requests, provider_cost_usd: told, ...facts } = line;
  const rate = ledger.rates[id];
  if (rate === undefined) return null;
  const { cost_usd, parts } = partsAt(rate, tokens, requests);
  const { state, reason, entry, by, rule, source, tier, service_tier } = rate;
  return {
    ...facts,
    state,
    reason,
    entry,
    by,
    rule,
    source,
    tier,
    service_tier,
    cost_usd,
    ...(told === undefined ? {} : { provider_cost_usd: toDecimal(new Big(told)) }),
    parts: [...parts],
  };
}

const order = (a: CostLineState, b: CostLineState): number =>
  a.run === b.run ? a.seq - b.seq : a.run < b.run ? -1 : 1;

/** By run and position, so that interleaved runs read one after the other. */
export function explainLines(lines: readonly CostLineState[], ledger: Ledger): CostLine[] {
  return [...lines]
    .sort(order)
    .map((line) => explainLine(line, ledger))
    .filter((line) => line !== null);
}
