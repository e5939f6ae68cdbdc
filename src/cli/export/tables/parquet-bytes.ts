// Encodes rows as the bytes of a Parquet file.
import { parquetWriteBuffer } from 'hyparquet-writer';
import { PRECISION, scaleAmount, SCALE } from './decimal-column.ts';
import type { Cell, Columns, ColumnType, TableRow } from './columns.ts';

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number];

const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  count: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
  usd: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 16,
    converted_type: 'DECIMAL',
    ...{ scale: SCALE, precision: PRECISION },
  },
};

export interface ParquetFile {
  readonly bytes: Uint8Array;
  /** How many amounts have more than 18 decimals and were rounded. */
  readonly rounded: number;
}

/** `metadata`: key-value pairs of the file. Throws EXPORT_FAILED for an amount that no column can hold. */
export function encodeParquet(
  table: Columns,
  rows: readonly TableRow[],
  metadata: Readonly<Record<string, string>>,
): ParquetFile {
  const columns: readonly (readonly [string, ColumnType])[] = Object.entries(table);
  let rounded = 0;
  const unitsOf = (amount: string): bigint => {
    const { units, exact } = scaleAmount(amount);
    if (!exact) rounded += 1;
    return units;
  };
  const bytes = parquetWriteBuffer({
    columnData: columns.map(([name, type]) => ({
      name,
      data: rows.map((row) => convert(type, row[name], unitsOf)),
    })),
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(([name, type]) => ({ name, ...ELEMENTS[type], repetition_type: 'OPTIONAL' as const })),
    ],
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return { bytes: new Uint8Array(bytes), rounded };
}

/** Times are milliseconds since 1970, as bigints: dates would be converted once more. */
function convert(type: ColumnType, cell: Cell, unitsOf: (amount: string) => bigint): unknown {
  if (cell === null || cell === undefined) return null;
  switch (type) {
    case 'count':
      return BigInt(Number(cell));
    case 'time':
      return BigInt(Date.parse(String(cell)));
    case 'usd':
      return unitsOf(String(cell));
    default:
      return cell;
  }
}
