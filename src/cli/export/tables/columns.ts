// The tables of the Parquet export: their columns, and the types of these.
import type { DoubtCode } from '../../../events/doubts.ts';

/** `usd` is DECIMAL(38,18), `time` is a UTC timestamp in milliseconds, `count` is BIGINT. */
export type ColumnType = 'text' | 'count' | 'number' | 'flag' | 'time' | 'usd';

export type TableName = 'runs' | 'nodes' | 'calls';

/** A value of a cell: texts and times as strings, amounts as decimal strings. */
export type Cell = string | number | boolean | null | undefined;

export type TableRow = Readonly<Record<string, Cell>>;

/** The columns of a table, in their order. */
export type Columns = Readonly<Record<string, ColumnType>>;

export const TABLES = {
  runs: {
    run: 'text',
    workflow: 'text',
    status: 'text',
    started_at: 'time',
    ended_at: 'time',
    duration_ms: 'number',
    cost_usd: 'usd',
    exact: 'flag',
    calls: 'count',
    tokens: 'count',
    retries: 'count',
    failed_node: 'text',
    error_code: 'text',
    tags: 'text',
    file: 'text',
  },
  nodes: {
    run: 'text',
    seq: 'count',
    workflow: 'text',
    phase: 'text',
    node: 'text',
    node_type: 'text',
    visit: 'count',
    item: 'count',
    attempts: 'count',
    status: 'text',
    action: 'text',
    started_at: 'time',
    duration_ms: 'number',
    error_code: 'text',
  },
  calls: {
    run: 'text',
    seq: 'count',
    called_at: 'time',
    workflow: 'text',
    phase: 'text',
    node: 'text',
    visit: 'count',
    item: 'count',
    attempt: 'count',
    provider: 'text',
    model: 'text',
    response_model: 'text',
    input: 'count',
    cache_read: 'count',
    cache_write_5m: 'count',
    cache_write_1h: 'count',
    output: 'count',
    reasoning: 'count',
    duration_ms: 'number',
    state: 'text',
    reused: 'flag',
    exact: 'flag',
    doubts: 'text',
    cost_usd: 'usd',
    reported_cost_usd: 'usd',
  },
} as const satisfies Readonly<Record<TableName, Readonly<Record<string, ColumnType>>>>;

/** A row of a table: every column, and nothing else. */
export type RowOf<Name extends TableName> = Readonly<Record<keyof (typeof TABLES)[Name], Cell>>;

/** The codes of the doubts about a call, in one cell. */
export function doubtsCell(codes: readonly DoubtCode[]): string | null {
  return codes.length === 0 ? null : [...new Set(codes)].sort().join(' ');
}
