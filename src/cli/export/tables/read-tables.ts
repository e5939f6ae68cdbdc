// Reads the rows of all tables of some runs, one run after the other. Each log is read once.
import type { Pricing } from '../../../../projections/pricing/pricing.ts';
import type { ListedRun } from '../../../replay/list-runs.ts';
import type { RowOf, TableName, TableRow } from './columns.ts';
import { collectRows } from './log-rows.ts';

export interface RunTables {
  readonly run: ListedRun;
  readonly rows: Readonly<Record<TableName, readonly TableRow[]>>;
}

export async function* readTables(
  runs: readonly ListedRun[],
  pricing: Pricing,
): AsyncGenerator<RunTables, void, undefined> {
  for (const [file, group] of groupByFile(runs)) {
    const collected = await collectRows(file, new Map(group.map((run) => [run.run, run])), pricing);
    for (const run of group) {
      const { nodes = [], calls = [] } = collected.get(run.run) ?? {};
      yield { run, rows: { runs: [runRow(run)], nodes, calls } };
    }
  }
}

function groupByFile(runs: readonly ListedRun[]): ReadonlyMap<string, ListedRun[]> {
  const groups = new Map<string, ListedRun[]>();
  for (const run of runs) {
    const group = groups.get(run.file);
    if (group === undefined) groups.set(run.file, [run]);
    else group.push(run);
  }
  return groups;
}

function runRow(run: ListedRun): RowOf<'runs'> {
  const { error, tags, ...more } = run;
  return {
    ...more,
    error_code: error?.code ?? error?.name,
    tags: tags === undefined ? null : JSON.stringify(tags),
  };
}
