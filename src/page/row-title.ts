// Names a row of the waterfall where it stands alone: the node with its item, and what is known about it in a line.
import { durationText } from './duration-text.ts';
import { moneyText } from './money-text.ts';
import { STATUS_TEXTS } from './node-status.ts';
import type { SpanNode } from './span-tree.ts';

/** `each, item 2`. */
export function rowTitle({ kind, node, name, item }: SpanNode): string {
  if (node === null) return name;
  const place = item === undefined ? node : `${node}, item ${String(item)}`;
  return kind === 'call' ? `${name} in ${place}` : place;
}

/** Type, phase, status, time, cost and visit. `type`: of the node, if known. */
export function rowFacts(row: SpanNode, type: string | null): string[] {
  const { kind, phase, status, span, visit, cost_usd, exact } = row;
  return [
    type ?? kind,
    ...(phase === 'planner' && kind !== 'planner' ? ['of the planner'] : []),
    STATUS_TEXTS[status].word,
    ...(span === null || span.end_ms === null ? [] : [durationText(span.end_ms - span.start_ms)]),
    ...(cost_usd === null ? [] : [moneyText(cost_usd, exact)]),
    ...(visit === 1 ? [] : [`visit ${String(visit)}`]),
  ];
}
