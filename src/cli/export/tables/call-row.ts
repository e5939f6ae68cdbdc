// Builds the row of a model call.
import { toPlainDecimal } from '../../../../projections/pricing/decimal.ts';
import { isRefused } from '../../../../projections/pricing/ledger/ledger.ts';
import { isExactPrice, priceCall } from '../../../../projections/pricing/price-call.ts';
import type { Pricing } from '../../../../projections/pricing/create-pricing.ts';
import { phaseOf } from '../../../../projections/tally/phase-tally.ts';
import type { EventOf } from '../../../events/event.ts';
import type { ModelCall } from '../../../events/model-call.ts';
import { isUnmetered } from '../../../events/token-classes.ts';
import type { Usage } from '../../../events/usage.ts';
import { doubtsCell, type Cell, type RowOf } from './columns.ts';

export function endedCallRow(event: ModelCall, pricing: Pricing): RowOf<'calls'> {
  const { data } = event;
  return callRow(event, {
    response_model: event.type === 'llm.completed' ? event.data.response_model : null,
    duration_ms: data.duration_ms,
    tokens: tokenCells(data.usage),
    cost: costCells(event, pricing),
  });
}

/** The event that began a call. */
export type CallStart = EventOf<'llm.sent'> | EventOf<'llm.prompted'>;

interface CallCells {
  readonly response_model: Cell;
  readonly duration_ms: number;
  readonly tokens: TokenCells;
  readonly cost: CostCells;
}

/** One literal: objects that are put together by spreading take several times as long and as much memory. */
function callRow(
  event: ModelCall | CallStart,
  { response_model, duration_ms, tokens, cost }: CallCells,
): RowOf<'calls'> {
  const { run, seq, at, node, visit = 1, item, attempt = 1 } = event;
  const { model } = event.data;
  return {
    run,
    seq,
    called_at: at,
    workflow: null,
    phase: phaseOf(event),
    node,
    visit,
    item,
    attempt,
    provider: model.includes('/') ? model.slice(0, model.indexOf('/')) : null,
    model,
    response_model,
    input: tokens.input,
    cache_read: tokens.cache_read,
    cache_write_5m: tokens.cache_write_5m,
    cache_write_1h: tokens.cache_write_1h,
    output: tokens.output,
    reasoning: tokens.reasoning,
    duration_ms,
    state: cost.state,
    reused: cost.reused,
    exact: cost.exact,
    doubts: cost.doubts,
    cost_usd: cost.cost_usd,
    reported_cost_usd: cost.reported_cost_usd,
  };
}

type CostCells = Pick<
  RowOf<'calls'>,
  'state' | 'reused' | 'exact' | 'doubts' | 'cost_usd' | 'reported_cost_usd'
>;

/** Of a call that may have been billed. */
const UNBILLED: CostCells = {
  state: 'unmetered',
  reused: false,
  exact: false,
  doubts: null,
  cost_usd: null,
  reported_cost_usd: null,
};

/** Reused answers and refused calls cost nothing. */
function costCells(event: ModelCall, pricing: Pricing): CostCells {
  const price = priceCall(pricing, event);
  const refused = isRefused(event);
  const isFree = refused || price.reused;
  const bill = event.data.provider_cost_usd;
  return {
    state: refused ? 'free' : price.state,
    reused: price.reused,
    exact: isFree || isExactPrice(price),
    doubts: doubtsCell(price.doubts.map(({ code }) => code)),
    cost_usd: isFree ? '0' : price.cost_usd,
    reported_cost_usd: bill === undefined ? null : toPlainDecimal(bill),
  };
}

type TokenCells = Pick<
  RowOf<'calls'>,
  'input' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h' | 'output' | 'reasoning'
>;

const UNKNOWN: TokenCells = {
  input: null,
  cache_read: null,
  cache_write_5m: null,
  cache_write_1h: null,
  output: null,
  reasoning: null,
};

/** Input is uncached input; reasoning is part of output. */
function tokenCells(usage: Usage | undefined): TokenCells {
  if (usage === undefined || isUnmetered(usage)) return UNKNOWN;
  const oneHour = usage.cache_creation_1h_input_tokens ?? 0;
  return {
    input: usage.input_tokens ?? 0,
    cache_read: usage.cache_read_input_tokens ?? 0,
    cache_write_5m: (usage.cache_creation_input_tokens ?? 0) - oneHour,
    cache_write_1h: oneHour,
    output: usage.output_tokens ?? 0,
    reasoning: usage.reasoning_tokens ?? 0,
  };
}

/** The row of a call without an end, which may have been billed. */
export function openCallRow(event: CallStart, duration_ms: number): RowOf<'calls'> {
  return callRow(event, { response_model: null, duration_ms, tokens: UNKNOWN, cost: UNBILLED });
}
