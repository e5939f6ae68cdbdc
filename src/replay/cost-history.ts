// Reads what the nodes of a workflow have cost in earlier runs, with given prices.
import { priceCall, type CallPrice } from '../../projections/pricing/price-call.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { isModelCall, MODEL_CALL_TYPES, type ModelCall } from '../events/model-call.ts';
import { readLog } from '../log/read/read-log.ts';
import { findLogs } from './find-logs.ts';
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

/** What the calls of one node cost. */
interface NodeSum {
  /** Completed calls with a known cost, and without one. */
  known: number;
  unknown: number;
  /** US dollars, of the completed calls and of the failed ones that were paid. */
  completedUsd: number;
  failedUsd: number;
  /** A call has no price. */
  isUnpriced: boolean;
}

class NodeTally {
  readonly executed = new Set<string>();
  private readonly pricing: Pricing;
  private readonly sums = new Map<string, NodeSum>();

  constructor(pricing: Pricing) {
    this.pricing = pricing;
  }

  async addLog(file: string, runs: readonly ListedRun[]): Promise<void> {
    const selected = new Set(runs.filter((row) => row.file === file).map(({ run }) => run));
    await readLog(file, {
      handles: new Set(['node.completed', ...MODEL_CALL_TYPES]),
      skipCorrupt: true,
      runs: (run) => selected.has(run),
      onEvent: (event) => {
        if (event.phase === 'planner' || event.node === undefined) return;
        if (event.type === 'node.completed') this.executed.add(event.node);
        if (isModelCall(event)) addCall(this.sumOf(event.node), event, priceCall(this.pricing, event));
      },
    });
  }

  averages(runs: number): Map<string, number | undefined> {
    return new Map([...this.sums].map(([node, sum]) => [node, averageOf(sum, runs)] as const));
  }

  private sumOf(node: string): NodeSum {
    const known = this.sums.get(node);
    if (known !== undefined) return known;
    const made = { known: 0, unknown: 0, completedUsd: 0, failedUsd: 0, isUnpriced: false };
    this.sums.set(node, made);
    return made;
  }
}

/** An answer from a recorded log is paid the next time. */
function addCall(sum: NodeSum, { type }: ModelCall, { state, cost_usd }: CallPrice): void {
  if (state === 'unpriced') sum.isUnpriced = true;
  if (type === 'llm.failed') sum.failedUsd += Number(cost_usd ?? 0);
  else if (cost_usd === null) sum.unknown += 1;
  else {
    sum.known += 1;
    sum.completedUsd += Number(cost_usd);
  }
}

/** Completed calls without a known cost count as much as the others. Failed ones without a usage are left out. */
function averageOf(sum: NodeSum, runs: number): number | undefined {
  const { known, unknown, completedUsd, failedUsd, isUnpriced } = sum;
  if (isUnpriced || known === 0) return undefined;
  return ((completedUsd * (known + unknown)) / known + failedUsd) / runs;
}
