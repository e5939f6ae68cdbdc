// Reads what the nodes of a workflow have cost in earlier runs, with given prices.
import { createCost } from '../../projections/cost/projection.ts';
import type { Cost } from '../../projections/cost/schema.ts';
import { startFold, type Fold } from '../../projections/fold.ts';
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { isModelCall } from '../events/model-call.ts';
import { readLog } from '../log/read/read-log.ts';
import { findLogs } from './find-logs.ts';
import { readOptionsFor } from './fold-logs.ts';
import { listRuns, type ListedRun } from './list-runs.ts';

export interface CostHistory {
  /** Number of runs in it. A run and those that continue it count once. */
  readonly runs: number;
  /** By path: US dollars for each run on average; undefined where a call has no known cost. */
  readonly usdByNode: ReadonlyMap<string, number | undefined>;
  /** Paths of the nodes that ran. */
  readonly executed: ReadonlySet<string>;
}

export const NO_HISTORY: CostHistory = { runs: 0, usdByNode: new Map(), executed: new Set() };

/** Older runs resemble the next one less. */
const MOST_RUNS = 20;

/** A run and the runs that continue it, the latest first. */
type RunSeries = readonly ListedRun[];

/** Looks at the latest runs that succeeded, else at those that ended otherwise. */
export async function readCostHistory(
  logs: readonly string[],
  workflow: string,
  pricing: Pricing,
): Promise<CostHistory> {
  const { runs: listed } = await listRuns(findLogs(logs), pricing);
  const ofWorkflow = listed.filter((row) => row.workflow === workflow && row.status !== 'running');
  const series = seriesOf(ofWorkflow);
  const successful = series.filter(([last]) => last?.status === 'success');
  const chosen = (successful.length > 0 ? successful : series).slice(0, MOST_RUNS);
  const runs = chosen.flat();
  if (runs.length === 0) return NO_HISTORY;
  const tally = new NodeTally(pricing);
  for (const file of new Set(runs.map((row) => row.file))) await tally.addLog(file, runs);
  return { runs: chosen.length, usdByNode: tally.averages(chosen.length), executed: tally.executed };
}

/** A run that continues another one has only a part of the cost. `rows` and the result have the latest first. */
function seriesOf(rows: readonly ListedRun[]): readonly RunSeries[] {
  const byRun = new Map(rows.map((row) => [row.run, row]));
  const continued = new Set(rows.flatMap(({ resumed_from }) => resumed_from ?? []));
  return rows
    .filter(({ run }) => !continued.has(run))
    .map((last) => {
      const one = [last];
      for (
        let before = byRun.get(last.resumed_from ?? '');
        before !== undefined && !one.includes(before);
        before = byRun.get(before.resumed_from ?? '')
      )
        one.push(before);
      return one;
    });
}

class NodeTally {
  readonly executed = new Set<string>();
  private readonly projection: ReturnType<typeof createCost>;
  private readonly folds = new Map<string, Fold<unknown, Cost>>();

  constructor(pricing: Pricing) {
    this.projection = createCost({ pricing });
  }

  async addLog(file: string, runs: readonly ListedRun[]): Promise<void> {
    const selected = new Set(runs.filter((row) => row.file === file).map(({ run }) => run));
    const { handles, ...options } = readOptionsFor([this.projection]);
    await readLog(file, {
      ...options,
      handles: new Set([...handles, 'node.completed']),
      skipCorrupt: true,
      runs: (run) => selected.has(run),
      onEvent: (event) => {
        if (event.phase === 'planner' || event.node === undefined) return;
        if (event.type === 'node.completed') this.executed.add(event.node);
        if (!isModelCall(event)) return;
        const fold = this.folds.get(event.node) ?? startFold(this.projection);
        this.folds.set(event.node, fold);
        fold.add(event);
      },
    });
  }

  averages(runs: number): Map<string, number | undefined> {
    return new Map(
      [...this.folds].map(([node, fold]) => {
        return [node, averageOf(fold.result(), runs)] as const;
      }),
    );
  }
}

/** Leaves out aborted calls without a usage. Completed ones count as much as the others. */
function averageOf(cost: Cost, runs: number): number | undefined {
  const { calls, failed_calls, reused_calls, unpriced } = cost;
  const unmetered = cost.unmetered.reduce((sum, each) => sum + each.calls, 0);
  const completed = calls + reused_calls;
  const withoutUsage = Math.max(0, unmetered - failed_calls);
  if (unpriced.length > 0 || withoutUsage >= completed) return undefined;
  // An answer from a recorded log is paid the next time.
  const usd = Number(cost.total_cost_usd) + Number(cost.reused_cost_usd);
  return (usd * completed) / (completed - withoutUsage) / runs;
}
