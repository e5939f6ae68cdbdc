// Lists the spans of a run: what began when, what it was part of, and how it ended. A renderer draws them as a
// waterfall.
import * as z from 'zod';
import { isUnmetered } from '../../src/events/token-classes.ts';
import { isModelCall, MODEL_CALL_TYPES, type ModelCall } from '../../src/events/model-call.ts';
import { present } from '../../src/values/present.ts';
import type { Projection } from '../contract.ts';
import { isRefused } from '../pricing/ledger/ledger.ts';
import { isExactPrice, priceCall } from '../pricing/price-call.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { isNodeEvent, NODE_TYPES } from '../tally/node-tally.ts';
import { mayBeBilled } from '../tally/open-calls.ts';
import { statusOfCut } from './cut-status.ts';
import { timelineSpanSchema, type TimelineSpan } from './schema.ts';
import { addFrameEvent, addNodeEvent, endCall, startCall, type CallEnd } from './spans.ts';
import { emptyTimeline, type SpanRecord, type TimelineState } from './state.ts';

/** Options of `createTimeline`. */
export interface TimelineOptions {
  readonly pricing: Pricing;
}

/**
 * Creates the projection `timeline`: a list of spans, each with its parent, start and end (ms). Parents come before
 * their children. Only calls have tokens and cost (USD), so that sums count nothing twice.
 */
export function createTimeline({ pricing }: TimelineOptions): Projection<TimelineState, TimelineSpan[]> {
  return {
    name: 'timeline',
    summary: 'spans of a run: nodes, items, attempts and calls with start and end',
    handles: [
      ...(['run.started', 'run.completed', 'planner.started', 'planner.completed'] as const),
      ...(['workflow.started', 'workflow.completed', 'llm.prompted', 'llm.sent'] as const),
      ...NODE_TYPES,
      ...MODEL_CALL_TYPES,
    ],
    skips: ['ordinary_usage', 'ir', 'words', 'nodes'],
    scope: 'run',
    initial: emptyTimeline,
    evolve(state, event) {
      if (event.ms > state.last_ms) state.last_ms = event.ms;
      if (isNodeEvent(event)) addNodeEvent(state, event);
      else if (isModelCall(event)) endCall(state, event, callEnd(event, pricing));
      else if (event.type === 'llm.prompted' || event.type === 'llm.sent') startCall(state, event);
      else addFrameEvent(state, event);
    },
    result: (state) => [...state.spans.values()].map((span) => spanOf(span, state)),
    schema: z.array(timelineSpanSchema),
  };
}

function callEnd(event: ModelCall, pricing: Pricing): CallEnd {
  const price = priceCall(pricing, event);
  const isFree = price.reused || isRefused(event);
  const hasDoubts = !isFree && price.doubts.length > 0;
  const cost = {
    cost_usd: isFree ? '0' : price.cost_usd,
    exact: isFree || isExactPrice(price),
    doubts: hasDoubts ? price.doubts.map(({ code, reason }) => ({ code, reason })) : undefined,
  };
  const { usage } = event.data;
  if (usage === undefined || isUnmetered(usage)) return { tokens: null, ...cost };
  const { input_tokens = 0, cache_creation_input_tokens = 0, cache_read_input_tokens = 0 } = usage;
  const input = input_tokens + cache_creation_input_tokens + cache_read_input_tokens;
  return { tokens: { input, output: usage.output_tokens ?? 0 }, ...cost };
}

function isOpenCall(
  { kind, status, is_sent }: SpanRecord,
  { ended, has_sent }: Pick<TimelineState, 'ended' | 'has_sent'>,
): boolean {
  return (
    kind === 'call' && status === null && mayBeBilled({ hasEnd: ended !== null, hasSent: has_sent }, is_sent)
  );
}

/** Lists all fields at once: a log may have many spans, and each spread copies one more object. */
function spanOf(span: SpanRecord, { ended, has_sent, last_ms }: TimelineState): TimelineSpan {
  const { id, parent, kind, name, start_ms, status } = span;
  const { node, visit, item, attempt } = placeOf(span);
  const isCut = status === null && ended !== null;
  const isOpen = isOpenCall(span, { ended, has_sent });
  return present({
    id,
    parent,
    kind,
    name,
    node,
    visit,
    item,
    attempt,
    start_ms,
    end_ms: isCut ? Math.max(start_ms, last_ms) : span.end_ms,
    status: status ?? statusOfCut(ended),
    error: span.error ?? undefined,
    model: kind === 'call' ? name : undefined,
    tokens: span.tokens ?? undefined,
    cost_usd: isOpen ? null : span.cost_usd,
    exact: isOpen ? false : span.exact,
    doubts: span.doubts,
    wait_ms: span.wait_ms ?? undefined,
  });
}

type Place = { readonly [Name in 'node' | 'visit' | 'item' | 'attempt']: TimelineSpan[Name] };

function placeOf({ kind, node, visit, item, attempt }: SpanRecord): Place {
  return {
    node: node ?? undefined,
    visit: visit > 1 ? visit : undefined,
    item: item ?? undefined,
    attempt: attempt > 1 || kind === 'attempt' ? attempt : undefined,
  };
}
