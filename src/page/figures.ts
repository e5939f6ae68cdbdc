// Computes the four figures of a run: cost, cost of what failed, time, nodes.
import { sumAmounts } from '../../projections/pricing/decimal.ts';
import type { Step } from '../../projections/steps/schema.ts';
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import { formatCount } from '../values/format-count.ts';
import { doubtReasons } from './cost-doubts.ts';
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
  const { total_cost_usd, exact, calls, failed_calls, reused_calls } = cost;
  const reasons = formatCount(Math.max(1, doubtReasons(cost).length), 'reason');
  // Whether a call of unknown cost was paid is not known.
  const callsText = exact
    ? `${formatCount(calls, 'paid call')}, exact`
    : `${formatCount(calls, 'call')}, not exact: ${reasons}, see Cost`;
  return {
    name: 'Cost',
    value: moneyText(total_cost_usd, exact),
    notes: [
      calls + failed_calls === 0 ? 'no model calls' : callsText,
      ...(reused_calls === 0 ? [] : [`${formatCount(reused_calls, 'answer')} reused for nothing`]),
      ...(earlier === null || row === undefined
        ? []
        : [
            `median of ${formatCount(earlier.runs, 'earlier run')}: ${moneyText(earlier.cost_usd, earlier.exact)}`,
          ]),
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

/** Calls that failed, and calls of attempts, items or nodes that failed or were interrupted. */
function lostCalls(timeline: readonly TimelineSpan[]): TimelineSpan[] {
  const byId = new Map(timeline.map((span) => [span.id, span]));
  const isLost = ({ status, parent }: TimelineSpan): boolean => {
    const around = parent === null ? undefined : byId.get(parent);
    return status === 'failed' || around?.status === 'failed' || around?.status === 'interrupted';
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

/** Nodes of the workflow itself, of which the log has the number. Those of nested workflows are counted apart. */
function nodesFigure({ row, steps }: RunModel): Figure {
  const own = steps.filter(({ node_id }) => !node_id.includes('/'));
  const nested = steps.length - own.length;
  const count = (...statuses: Step['status'][]): number =>
    own.filter(({ status }) => statuses.includes(status)).length;
  const all = Math.max(row?.nodes ?? 0, own.length);
  const [restored, failed, paused] = [count('restored'), count('failed'), count('paused')];
  const ran = own.length - count('restored', 'paused', 'not_executed');
  const rest = all - ran - restored - paused;
  const restText = row?.status === 'running' ? 'not run yet' : 'never ran';
  return {
    name: 'Nodes',
    value: `${String(ran)} of ${String(all)}`,
    notes: [
      ...(restored === 0 ? [] : [`${String(restored)} restored`]),
      ...(failed === 0 ? [] : [`${String(failed)} failed`]),
      ...(paused === 0 ? [] : [`${String(paused)} waiting for approval`]),
      ...(rest === 0 ? [] : [`${String(rest)} ${restText}`]),
      ...(ran === all ? ['all of them ran'] : []),
      ...(nested === 0 ? [] : [`and ${formatCount(nested, 'node')} of nested workflows`]),
    ],
  };
}
