// Decides which amounts of a cost are exact, and lists the reasons of all others.
import type { Cost, CostLine } from '../../projections/cost/schema.ts';
import { formatCount } from '../values/format-count.ts';

type State = CostLine['state'];

const EXACT: ReadonlySet<State> = new Set<State>(['priced', 'free', 'reported']);

export function isExactLine({ state, doubts = [] }: Pick<CostLine, 'state' | 'doubts'>): boolean {
  return EXACT.has(state) && doubts.length === 0;
}

export function isExactModel({ doubts }: Cost, { model, state }: Cost['by_model'][number]): boolean {
  return EXACT.has(state) && !doubts.some(({ models }) => models.includes(model));
}

/** `anthropic/x, 2 calls: estimated, its price is not known`. Empty for an exact cost. */
export function doubtReasons(cost: Cost): string[] {
  const about = (model: string, calls: number): string => `${model}, ${formatCount(calls, 'call')}`;
  return [
    ...cost.doubts.map(({ code, calls }) => `${code}: ${formatCount(calls, 'call')}`),
    ...cost.estimated.map(({ model, calls, reason }) => `${about(model, calls)}: estimated, ${reason}`),
    ...cost.unpriced.map(({ model, calls, reason }) => `${about(model, calls)}: no price, ${reason}`),
    ...cost.rejected.map(({ model, calls, reason }) => `${about(model, calls)}: ${reason}`),
    ...cost.unmetered.map(({ model, calls, reason }) => `${about(model, calls)}: ${reason}`),
  ];
}
