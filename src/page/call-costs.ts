// Lists what each model call cost, calls without a recorded usage included.
import type { CostLine } from '../../projections/cost/schema.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import type { RunModel } from './run-model.ts';

interface CallPlace {
  readonly node?: string | null | undefined;
  readonly phase?: string | null | undefined;
  readonly visit?: number | undefined;
  readonly item?: number | undefined;
}

/** A call without a usage in the log. */
export interface UnreadCall {
  readonly model: string;
  /** Null if unknown. */
  readonly cost_usd: string | null;
  readonly state: 'unmetered' | 'free';
  readonly reason: string;
}

export interface CallCost {
  readonly call: number;
  readonly place: CallPlace;
  /** How its price was found, if its usage is known. */
  readonly cost: CostLine | UnreadCall;
}

/** In the order of the calls' starts. */
export function callCosts(costLines: readonly CostLine[], timeline: RunModel['timeline']): CallCost[] {
  const lines = new Map(costLines.map((line) => [line.call, line]));
  const phases = new Map<string, string | null>();
  const found: CallCost[] = [];
  for (const span of timeline) {
    const { id, kind, parent, node, visit, item } = span;
    const phase = kind === 'planner' ? kind : parent === null ? null : (phases.get(parent) ?? null);
    phases.set(id, phase);
    if (kind !== 'call' || span.cost_usd === undefined) continue;
    const call = Number(id.slice('call:'.length));
    const line = lines.get(call);
    found.push({ call, place: { node, phase, visit, item }, cost: line ?? unreadCall(span) });
  }
  return found;
}

/** Only a call that failed has an error; one without an end has neither. */
function unreadCall({ model = '', cost_usd = null, error }: TimelineSpan): UnreadCall {
  if (cost_usd !== null) return { model, cost_usd, state: 'free', reason: 'the provider refused the call' };
  const reason = error === undefined ? 'sent, no answer recorded' : 'the call failed and reported no usage';
  return { model, cost_usd, state: 'unmetered', reason };
}
