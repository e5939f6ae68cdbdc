// Writes runs as three CSV tables: runs, nodes and calls.
import { formatList } from '../terminal/list-format.ts';
import type { ExportedRun } from './exported-run.ts';

export const CSV_TABLES = ['runs', 'nodes', 'calls'] as const;

type CsvTable = (typeof CSV_TABLES)[number];

const COLUMNS: Readonly<Record<CsvTable, readonly string[]>> = {
  runs: [
    ...['run', 'workflow', 'status', 'started_at', 'ended_at', 'duration_ms', 'cost_usd', 'exact', 'calls'],
    ...['tokens', 'retries', 'failed_node', 'error_code', 'tags', 'file'],
  ],
  nodes: ['run', 'node', 'visit', 'item', 'start_ms', 'end_ms', 'duration_ms', 'status'],
  calls: [
    ...['run', 'call', 'node', 'visit', 'item', 'attempt', 'model', 'start_ms', 'duration_ms', 'status'],
    ...['input_tokens', 'output_tokens', 'cost_usd', 'exact'],
  ],
};

export function csvTable(runs: readonly ExportedRun[], table: CsvTable): string {
  return formatList(
    runs.flatMap((run) => rowsOf(run, table)),
    COLUMNS[table],
    'csv',
  );
}

function rowsOf({ row, timeline }: ExportedRun, table: CsvTable): Readonly<Record<string, unknown>>[] {
  const { run } = row;
  if (table === 'runs') return [{ ...row, error_code: row.error?.code ?? row.error?.name }];
  const kinds = table === 'nodes' ? ['node', 'item'] : ['call'];
  return timeline
    .filter(({ kind }) => kinds.includes(kind))
    .map((span) => ({
      ...{
        run,
        call: span.id.replace(/^call:/u, ''),
        node: span.node,
        visit: span.visit ?? 1,
        item: span.item,
      },
      ...{ attempt: span.attempt ?? 1, model: span.model, start_ms: span.start_ms, end_ms: span.end_ms },
      duration_ms: span.end_ms === null ? null : Math.round((span.end_ms - span.start_ms) * 1_000) / 1_000,
      ...{ status: span.status, cost_usd: span.cost_usd, exact: span.exact },
      ...{ input_tokens: span.tokens?.input, output_tokens: span.tokens?.output },
    }));
}
