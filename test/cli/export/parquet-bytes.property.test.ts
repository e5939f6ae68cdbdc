// Readers find in a Parquet file the rows that were written: hyparquet every value, DuckDB also what it filters.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import type { Columns, TableRow } from '../../../src/cli/export/tables/columns.ts';
import { encodeParquet } from '../../../src/cli/export/tables/parquet-bytes.ts';
import { RowStore, TextPool } from '../../../src/cli/export/tables/row-store.ts';

const COLUMNS = {
  text: 'text',
  count: 'count',
  number: 'number',
  flag: 'flag',
  time: 'time',
  usd: 'usd',
} as const satisfies Columns;

const folder = mkdtempSync(join(tmpdir(), 'pflow-parquet-bytes-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function storeOf(rows: readonly TableRow[]): RowStore {
  const store = new RowStore(COLUMNS, new TextPool());
  for (const row of rows) store.add(row);
  return store;
}

const cell = {
  text: fc.oneof(fc.constantFrom('a', 'b'), fc.string({ unit: 'grapheme' })),
  count: fc.oneof(fc.nat(9), fc.constantFrom(65_535, 65_536), fc.maxSafeInteger()),
  number: fc.double({ noNaN: true }),
  flag: fc.boolean(),
  time: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
    .map((date) => date.toISOString()),
};

const row = fc.record(
  Object.fromEntries(
    Object.entries(cell).map(([name, values]) => [
      name,
      fc.option(values as fc.Arbitrary<string | number | boolean>),
    ]),
  ),
);

/** As hyparquet reads a row: integers as bigints, times as dates. */
function asRead({ text, count, number, flag, time }: TableRow): Record<string, unknown> {
  return {
    ...{ text, number, flag, usd: null },
    count: typeof count === 'number' ? BigInt(count) : null,
    time: typeof time === 'string' ? new Date(time) : null,
  };
}

test('every value is read as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (rows) => {
      const { bytes } = encodeParquet(storeOf(rows), {});
      expect(await parquetReadObjects({ file: bytes.slice().buffer })).toEqual(rows.map(asRead));
    }),
  );
});

test('rows of several groups are found by each of their columns', async () => {
  const rows = Array.from({ length: 100_003 }, (_, index) => ({
    text: index === 0 ? null : `text ${String(index % 1000)}`,
    count: index,
    number: index / 4 - 1,
    flag: index % 2 === 1,
    time: new Date(index).toISOString(),
    usd: `${index === 1 ? '-' : ''}${String(index)}.000000000000000001`,
  }));
  const path = join(folder, 'groups.parquet');
  writeFileSync(path, encodeParquet(storeOf(rows), {}).bytes);
  const database = await (await DuckDBInstance.create()).connect();
  const count = async (condition: string): Promise<unknown> => {
    const sql = `SELECT count(*)::INT, min(count)::INT, sum(usd)::VARCHAR FROM '${path}' WHERE ${condition}`;
    return (await database.runAndReadAll(sql)).getRowsJson()[0];
  };
  expect(await count('true')).toEqual([100_003, 0, '5000250001.000000000000100001']);
  expect(await count("text = 'text 7'")).toEqual([100, 7, '4950700.000000000000000100']);
  expect(await count('text IS NULL')).toEqual([1, 0, '0.000000000000000001']);
  expect(await count('count = 100002')).toEqual([1, 100_002, '100002.000000000000000001']);
  expect(await count('number < 0')).toEqual([4, 0, '4.000000000000000002']);
  expect(await count('usd < 0')).toEqual([1, 1, '-1.000000000000000001']);
  expect(await count("flag AND time > TIMESTAMPTZ '1970-01-01 00:01:40+00'")).toEqual([
    ...[1, 100_001, '100001.000000000000000001'],
  ]);
  database.closeSync();
});

test('an invalid time has no value', async () => {
  const { bytes } = encodeParquet(storeOf([{ time: 'yesterday' }]), {});
  expect(await parquetReadObjects({ file: bytes.slice().buffer, columns: ['time'] })).toEqual([
    { time: null },
  ]);
});
