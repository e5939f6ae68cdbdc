// Encodes rows as the bytes of a Parquet file. The library writes the frame: headers of pages, and what ends a file.
import type { ColumnChunk, RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { AMOUNT_BYTES, ValueEncoder, type ColumnValues } from './column-values.ts';
import { PRECISION, SCALE } from './decimal-column.ts';
import type { ColumnType } from './columns.ts';
import type { RowStore } from './row-store.ts';

type Element = Omit<SchemaElement, 'name'> & Required<Pick<SchemaElement, 'type'>>;

const ELEMENTS: Readonly<Record<ColumnType, Element>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  count: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
  usd: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: AMOUNT_BYTES,
    converted_type: 'DECIMAL',
    ...{ scale: SCALE, precision: PRECISION },
  },
};

/** Readers share the groups of a file out among their threads. */
const GROUP_ROWS = 100_000;

export interface ParquetFile {
  readonly bytes: Uint8Array;
  /** How many amounts have more than 18 decimals and were rounded. */
  readonly rounded: number;
}

/** `metadata`: key-value pairs of the file. Throws EXPORT_FAILED for an amount that no column can hold. */
export function encodeParquet(rows: RowStore, metadata: Readonly<Record<string, string>>): ParquetFile {
  const { columns, pool, length } = rows;
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }) => ({ name, ...ELEMENTS[type], repetition_type: 'OPTIONAL' as const })),
    ],
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const encoder = new ValueEncoder(pool);
  for (let from = 0; from < length; from += GROUP_ROWS)
    file.row_groups.push(writeGroup(writer, encoder, rows, from));
  file.num_rows = BigInt(length);
  void file.finish();
  return { bytes: writer.getBytes(), rounded: encoder.rounded };
}

function writeGroup(writer: ByteWriter, encoder: ValueEncoder, rows: RowStore, from: number): RowGroup {
  const start = writer.offset;
  const to = Math.min(from + GROUP_ROWS, rows.length);
  const columns = rows.columns.map(({ name, type }, index) =>
    writeColumn(writer, encoder, { name, type, numbers: rows.numbers(index, from, to) }),
  );
  return {
    columns,
    num_rows: BigInt(to - from),
    total_byte_size: columns.reduce(
      (sum, { meta_data: data }) => sum + (data?.total_uncompressed_size ?? 0n),
      0n,
    ),
    total_compressed_size: BigInt(writer.offset - start),
  };
}

interface GroupColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly numbers: Float64Array;
}

function writeColumn(
  writer: ByteWriter,
  encoder: ValueEncoder,
  { name, type, numbers }: GroupColumn,
): ColumnChunk {
  const start = writer.offset;
  const { levels, present } = splitCells(numbers);
  const values = encoder.encode(type, present);
  const { encoding, dictionary, range } = values;
  let uncompressed = dictionary === undefined ? 0 : writeDictionary(writer, dictionary);
  const dataStart = writer.offset;
  const nulls = numbers.length - present.length;
  uncompressed += writeDataPage(writer, { levels, nulls, values });
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: ELEMENTS[type].type,
      encodings: dictionary === undefined ? [encoding] : ['PLAIN', encoding],
      path_in_schema: [name],
      codec: 'SNAPPY',
      num_values: BigInt(numbers.length),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(uncompressed),
      data_page_offset: BigInt(dataStart),
      ...(dictionary === undefined ? {} : { dictionary_page_offset: BigInt(start) }),
      statistics: { ...range, null_count: BigInt(nulls) },
    },
  };
}

interface Cells {
  /** 1: the cell has a value. */
  readonly levels: Uint8Array;
  /** Of the cells that have one. */
  readonly present: Float64Array;
}

function splitCells(numbers: Float64Array): Cells {
  const levels = new Uint8Array(numbers.length);
  const present = new Float64Array(numbers.length);
  let count = 0;
  for (let row = 0; row < numbers.length; row += 1) {
    const number = numbers[row] ?? NaN;
    if (Number.isNaN(number)) continue;
    levels[row] = 1;
    present[count] = number;
    count += 1;
  }
  return { levels, present: present.subarray(0, count) };
}

/** Returns the bytes of the page before compression, with its header. */
function writeDictionary(
  writer: ByteWriter,
  { bytes, length }: NonNullable<ColumnValues['dictionary']>,
): number {
  const start = writer.offset;
  const compressed = snappyCompress(bytes);
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: bytes.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: length, encoding: 'PLAIN' },
  });
  const header = writer.offset - start;
  writer.appendBytes(compressed);
  return header + bytes.length;
}

interface DataPage {
  readonly levels: Uint8Array;
  readonly nulls: number;
  readonly values: ColumnValues;
}

/** Returns the bytes of the page before compression, with its header. */
function writeDataPage(writer: ByteWriter, { levels, nulls, values: { bytes, encoding } }: DataPage): number {
  const start = writer.offset;
  const encodedLevels = new ByteWriter();
  writeRleBitPackedHybrid(encodedLevels, levels, 1);
  const compressed = snappyCompress(bytes);
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: encodedLevels.offset + bytes.length,
    compressed_page_size: encodedLevels.offset + compressed.length,
    data_page_header_v2: {
      num_values: levels.length,
      num_nulls: nulls,
      num_rows: levels.length,
      encoding,
      definition_levels_byte_length: encodedLevels.offset,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const header = writer.offset - start;
  writer.appendBytes(encodedLevels.getBytes());
  writer.appendBytes(compressed);
  return header + encodedLevels.offset + bytes.length;
}
