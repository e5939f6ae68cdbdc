// Reads the rows of all tables of some runs, one run after the other.
import type { Pricing } from '../../../../projections/pricing/create-pricing.ts';
import type { ListedRun } from '../../../replay/list-runs.ts';
import { TABLES, type RowOf, type TableName } from './columns.ts';
import { CollectedLogs } from '../collected-logs.ts';
import { createRowCollector, emptyRows, type RunRows } from './log-rows.ts';
import { RowStore, TextPool } from './row-store.ts';

export interface RunTables {
  readonly run: ListedRun;
  readonly rows: Readonly<Record<TableName, RowStore>>;
}

export interface CollectedTables {
  readonly logs: CollectedLogs<RunRows>;
  /** Of the rows of the logs. */
  readonly pool: TextPool;
}

export function collectTables(pricing: Pricing, mostBytes?: number): CollectedTables {
  const pool = new TextPool();
  return { logs: new CollectedLogs(() => createRowCollector(pricing, pool), mostBytes), pool };
}

/** Throws what reading a log throws. */
export async function* readTables(
  runs: readonly ListedRun[],
  { logs, pool }: CollectedTables,
): AsyncGenerator<RunTables, void, undefined> {
  for await (const { run, collected } of logs.runs(runs)) {
    const runRows = new RowStore(TABLES.runs, pool);
    runRows.add(runRow(run));
    yield { run, rows: { runs: runRows, ...(collected ?? emptyRows(pool)) } };
  }
}

function runRow(run: ListedRun): RowOf<'runs'> {
  const { error, tags, ...more } = run;
  return {
    ...more,
    error_code: error?.code ?? error?.name,
    tags: tags === undefined ? null : JSON.stringify(tags),
  };
}
