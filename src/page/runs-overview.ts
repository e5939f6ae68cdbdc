// Adds up many runs for their page: spend by day, workflow and model, and the nodes that took longest.
import { sumAmounts } from '../../projections/pricing/decimal.ts';
import type { RunRow } from '../../projections/runs/schema.ts';
import { dayIn, type TimeZone } from '../../projections/tally/calendar.ts';
import { isExactModel } from './cost-doubts.ts';
import type { RunModel } from './run-model.ts';

/** Runs of a day, of a workflow, or all of them. */
export interface RunGroup {
  readonly name: string;
  readonly runs: number;
  /** Ended, and not in success. */
  readonly lost: number;
  readonly cost_usd: string;
  readonly exact: boolean;
  readonly median_ms: number;
}

export function groupOf(name: string, rows: readonly RunRow[]): RunGroup {
  const times = rows.map(({ duration_ms }) => duration_ms).sort((a, b) => a - b);
  return {
    name,
    runs: rows.length,
    lost: rows.filter(isLost).length,
    cost_usd: sumAmounts(rows.map(({ cost_usd }) => cost_usd)),
    exact: rows.every(({ exact }) => exact),
    median_ms: times[Math.floor((times.length - 1) / 2)] ?? 0,
  };
}

export function isLost({ status }: RunRow): boolean {
  return status !== 'success' && status !== 'running';
}

/** The latest day first. */
export function byDay(rows: readonly RunRow[], zone: TimeZone): RunGroup[] {
  return grouped(rows, ({ started_at }) => dayIn(zone, started_at ?? '') ?? 'without a day').sort((a, b) =>
    a.name < b.name ? 1 : -1,
  );
}

/** The most expensive first. */
export function byWorkflow(rows: readonly RunRow[]): RunGroup[] {
  return grouped(rows, ({ workflow }) => workflow ?? 'without a name').sort(
    (a, b) => Number(b.cost_usd) - Number(a.cost_usd) || b.runs - a.runs,
  );
}

function grouped(rows: readonly RunRow[], nameOf: (row: RunRow) => string): RunGroup[] {
  const groups = new Map<string, RunRow[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [row]);
    else known.push(row);
  }
  return [...groups].map(([name, some]) => groupOf(name, some));
}

export interface ModelSpend {
  readonly model: string;
  readonly calls: number;
  readonly cost_usd: string;
  readonly exact: boolean;
}

export interface SlowNode {
  readonly workflow: string;
  readonly node: string;
  readonly runs: number;
  readonly total_ms: number;
  readonly longest_ms: number;
}

/** Adds up what only the events of a run show. */
export class RunsTally {
  private readonly models = new Map<string, ModelSpend>();
  private readonly nodes = new Map<string, SlowNode>();

  add({ row, cost, steps }: Pick<RunModel, 'row' | 'cost' | 'steps'>): void {
    for (const one of cost.by_model) {
      const { model, calls } = one;
      const known = this.models.get(model) ?? { model, calls: 0, cost_usd: '0', exact: true };
      const cost_usd = sumAmounts([known.cost_usd, one.cost_usd]);
      const exact = known.exact && isExactModel(cost, one);
      this.models.set(model, { model, calls: known.calls + calls, cost_usd, exact });
    }
    const workflow = row?.workflow ?? 'without a name';
    for (const { node_id: node, status, duration_ms } of steps) {
      if (status === 'not_executed' || status === 'restored') continue;
      const key = JSON.stringify([workflow, node]);
      const { runs, total_ms, longest_ms } = this.nodes.get(key) ?? { runs: 0, total_ms: 0, longest_ms: 0 };
      this.nodes.set(key, {
        ...{ workflow, node, runs: runs + 1, total_ms: total_ms + duration_ms },
        longest_ms: Math.max(longest_ms, duration_ms),
      });
    }
  }

  /** The most expensive first. */
  byModel(): ModelSpend[] {
    return [...this.models.values()].sort(
      (a, b) => Number(b.cost_usd) - Number(a.cost_usd) || b.calls - a.calls,
    );
  }

  /** By the time of all their runs. */
  slowest(most: number): SlowNode[] {
    return [...this.nodes.values()].sort((a, b) => b.total_ms - a.total_ms).slice(0, most);
  }
}
