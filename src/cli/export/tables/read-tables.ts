// Reads the rows of all tables of some runs, one run after the other.
import type { ListedRun } from '../../../replay/list-runs.ts';
import type { RowOf, TableName, TableRow } from './columns.ts';
import type { CollectedLogs } from '../collected-logs.ts';
import type { RunRows } from './log-rows.ts';

export interface RunTables {
  readonly run: ListedRun;
  readonly rows: Readonly<Record<TableName, readonly TableRow[]>>;
}

/** Throws what reading a log throws. */
export async function* readTables(
  runs: readonly ListedRun[],
  logs: CollectedLogs<RunRows>,
): AsyncGenerator<RunTables, void, undefined> {
  for await (const { run, collected } of logs.runs(runs)) {
    const { nodes = [], calls = [] } = collected ?? {};
    yield { run, rows: { runs: [runRow(run)], nodes, calls } };
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
