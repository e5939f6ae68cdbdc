// Computes the four figures of a run: cost, cost of what failed, time, nodes.
import { sumAmounts } from '../../projections/pricing/decimal.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import { formatCount } from '../values/format-count.ts';
import { durationText } from './duration-text.ts';
import { moneyText } from './money-text.ts';
import type { EarlierRuns } from './page-facts.ts';
import type { RunModel } from './run-model.ts';

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly notes: readonly string[];
}

export function figures(model: RunModel, earlier: EarlierRuns | null): Figure[] {
  return [costFigure(model, earlier), lostFigure(model), timeFigure(model, earlier), nodesFigure(model)];
}

function costFigure({ cost, row }: RunModel, earlier: EarlierRuns | null): Figure {
  const { total_cost_usd, exact, doubts, calls, failed_calls, reused_calls } = cost;
  const reasons = doubts.length + cost.estimated.length + cost.unpriced.length + cost.unmetered.length;
  const certainty = exact ? 'exact' : `not exact: ${formatCount(Math.max(1, reasons), 'reason')}, see Cost`;
  return {
    name: 'Cost',
    value: moneyText(total_cost_usd, exact),
    notes: [
      calls + failed_calls === 0 ? 'no model calls' : `${formatCount(calls, 'paid call')}, ${certainty}`,
      ...(reused_calls === 0 ? [] : [`${formatCount(reused_calls, 'answer')} reused for nothing`]),
      ...(earlier === null || row === undefined
        ? []
        : [`median of ${formatCount(earlier.runs, 'earlier run')}: ${moneyText(earlier.cost_usd)}`]),
    ],
  };
}

function lostFigure({ timeline, row, cost }: RunModel): Figure {
  const lost = lostCalls(timeline);
  const usd = sumAmounts(lost.map(({ cost_usd }) => cost_usd ?? '0'));
  const isExact = lost.every(({ exact }) => exact !== false);
  const retries = row?.retries ?? 0;
  return {
    name: 'Failed and retried',
    value: moneyText(usd, isExact),
    notes: [
      cost.failed_calls === 0 ? 'no failed call' : formatCount(cost.failed_calls, 'failed call'),
      retries === 0 ? 'nothing repeated' : formatCount(retries, 'attempt repeated', 'attempts repeated'),
    ],
  };
}

/** Calls that failed, and calls of attempts, items or nodes that failed. */
function lostCalls(timeline: readonly TimelineSpan[]): TimelineSpan[] {
  const byId = new Map(timeline.map((span) => [span.id, span]));
  const isLost = ({ status, parent }: TimelineSpan): boolean => {
    const around = parent === null ? undefined : byId.get(parent);
    return status === 'failed' || around?.status === 'failed';
  };
  return timeline.filter((span) => span.kind === 'call' && isLost(span));
}

function timeFigure({ row, timeline }: RunModel, earlier: EarlierRuns | null): Figure {
  const waited = timeline.reduce((sum, { wait_ms = 0 }) => sum + wait_ms, 0);
  const inCalls = timeline.reduce((sum, { kind, start_ms, end_ms }) => {
    return kind === 'call' && end_ms !== null ? sum + end_ms - start_ms : sum;
  }, 0);
  return {
    name: 'Time',
    value: `${durationText(row?.duration_ms ?? 0)}${row?.ended_at == null ? '+' : ''}`,
    notes: [
      ...(inCalls === 0 ? [] : [`${durationText(inCalls)} in model calls`]),
      waited === 0 ? 'no waits' : `${durationText(waited)} waiting to try again`,
      ...(earlier === null ? [] : [`median of earlier runs: ${durationText(earlier.duration_ms)}`]),
    ],
  };
}

function nodesFigure({ row, steps }: RunModel): Figure {
  const ran = row?.nodes_executed ?? 0;
  const all = Math.max(row?.nodes ?? 0, steps.length, ran);
  const failed = steps.filter(({ status }) => status === 'failed').length;
  const never = all - ran;
  return {
    name: 'Nodes',
    value: `${String(ran)} of ${String(all)}`,
    notes: [
      ...(failed === 0 ? [] : [`${String(failed)} failed`]),
      never === 0 ? 'all of them ran' : `${String(never)} never ran`,
    ],
  };
}
