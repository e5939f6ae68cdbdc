// Writes the tables of runs as CSV.
import { formatList } from '../../terminal/list-format.ts';
import { TABLES, type TableName } from './columns.ts';
import type { RowStore } from './row-store.ts';

export const TABLE_NAMES = ['runs', 'nodes', 'calls'] as const satisfies readonly TableName[];

export function csvTable(table: TableName, rows: RowStore): string {
  return formatList([...rows.rows()], Object.keys(TABLES[table]), 'csv');
}
