// Explains the cost of one model call for `--explain`. Lines hold counts while folding and become amounts at the end.
import type { CostLine } from './schema.ts';
import { present } from '../../src/values/present.ts';
import { toDecimal } from '../pricing/decimal.ts';
import Big from 'big.js';
import type { Doubt } from '../../src/events/doubts.ts';
import { usageDoubts } from '../pricing/call-doubts.ts';
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
  /** Key in the rates of the ledger. */
  rate: string;
  tokens: readonly number[];
  requests: Readonly<Record<string, number>>;
  usage_doubts: readonly Doubt[];
};

function answerOf(event: ModelCall): Pick<CostLineState, 'response_model' | 'provider_cost_usd' | 'reused'> {
  if (event.type === 'llm.failed') return { reused: false };
  const { response_model, provider_cost_usd, reused } = event.data;
  return present({ response_model, provider_cost_usd, reused: reused !== undefined });
}

export function costLineOf(event: ModelCall, rate: string): CostLineState {
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
    rate,
    tokens: metered ? reading.tokens : [],
    requests: metered ? { ...data.usage?.requests } : {},
    usage_doubts: usageDoubts(event, reading),
  };
}

/** Returns null if the ledger does not have the line's rate. That cannot happen within one fold. */
function explainLine(line: CostLineState, ledger: Ledger): CostLine | null {
  const { rate: id, tokens, requests, provider_cost_usd: reported, usage_doubts, ...facts } = line;
  const rate = ledger.rates[id];
  if (rate === undefined) return null;
  const { cost_usd, parts } = partsAt(rate, tokens, requests);
  const { state, reason, entry, by, rule, source, tier, service_tier } = rate;
  const doubts = [...usage_doubts, ...rate.doubts];
  return {
    ...facts,
    state,
    reason,
    ...(doubts.length === 0 ? {} : { doubts }),
    entry,
    by,
    rule,
    source,
    tier,
    service_tier,
    cost_usd,
    ...(reported === undefined ? {} : { provider_cost_usd: toDecimal(new Big(reported)) }),
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
