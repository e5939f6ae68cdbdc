// Writes the tables of runs as CSV.
import { formatList } from '../../terminal/list-format.ts';
import { TABLES, type TableName, type TableRow } from './columns.ts';

export const TABLE_NAMES = ['runs', 'nodes', 'calls'] as const satisfies readonly TableName[];

export function csvTable(table: TableName, rows: readonly TableRow[]): string {
  return formatList(rows, Object.keys(TABLES[table]), 'csv');
}
