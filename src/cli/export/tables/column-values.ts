// Encodes the values of a column as the bodies of Parquet pages.
import type { Statistics } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { GREATEST_AMOUNT, scaleAmount } from './decimal-column.ts';
import type { ColumnType } from './columns.ts';
import type { TextPool } from './row-store.ts';

export const AMOUNT_BYTES = 16;
const INTEGER_BYTES = 8;
const LENGTH_BYTES = 4;
/** Counts below have a dictionary: it is found by index. */
const SMALL_COUNTS = 65_536;
const HALF = 2 ** 32;
const INTEGER_BITS = 64;
const HALF_BITS = 64n;

export interface ColumnValues {
  readonly encoding: 'PLAIN' | 'RLE' | 'RLE_DICTIONARY';
  readonly bytes: Uint8Array;
  readonly dictionary?: { readonly bytes: Uint8Array; readonly length: number };
  readonly range: Pick<Statistics, 'min_value' | 'max_value'>;
}

/** Encodes the columns of a table. */
export class ValueEncoder {
  /** How many amounts have more than 18 decimals and were rounded. */
  rounded = 0;
  private readonly texts: readonly string[];
  /** By value, its place in the dictionary of a column, from 1 on. */
  private readonly places: Int32Array;

  constructor({ texts }: TextPool) {
    this.texts = texts;
    this.places = new Int32Array(Math.max(texts.length, SMALL_COUNTS));
  }

  /** `present`: the cells that have a value. Throws EXPORT_FAILED for an amount that no column can hold. */
  encode(type: ColumnType, present: Float64Array): ColumnValues {
    if (present.length === 0) return { encoding: 'PLAIN', bytes: new Uint8Array(), range: {} };
    switch (type) {
      case 'text':
        return this.encodeTexts(present);
      case 'count':
        return this.encodeCounts(present);
      case 'time':
        return { encoding: 'PLAIN', bytes: integerBytes(present), range: integerRange(present) };
      case 'number':
        return { encoding: 'PLAIN', bytes: numberBytes(present), range: numberRange(present) };
      case 'flag':
        return encodeFlags(present);
      case 'usd':
        return this.encodeAmounts(present);
    }
  }

  private encodeTexts(present: Float64Array): ColumnValues {
    const { bytes, distinct } = this.indexesOf(present);
    const encoded = Array.from(distinct, (number) => Buffer.from(this.texts[number] ?? ''));
    const dictionary = { bytes: joinTexts(encoded), length: encoded.length };
    const least = encoded.reduce((a, b) => (Buffer.compare(a, b) <= 0 ? a : b));
    const greatest = encoded.reduce((a, b) => (Buffer.compare(a, b) >= 0 ? a : b));
    const range = { min_value: least, max_value: greatest };
    return { encoding: 'RLE_DICTIONARY', bytes, dictionary, range };
  }

  private encodeCounts(present: Float64Array): ColumnValues {
    const [least, greatest] = leastAndGreatest(present);
    const range = integerRange(present);
    if (least < 0 || greatest >= SMALL_COUNTS)
      return { encoding: 'PLAIN', bytes: integerBytes(present), range };
    const { bytes, distinct } = this.indexesOf(present);
    const dictionary = { bytes: integerBytes(distinct), length: distinct.length };
    return { encoding: 'RLE_DICTIONARY', bytes, dictionary, range };
  }

  private indexesOf(present: Float64Array): { readonly bytes: Uint8Array; readonly distinct: Float64Array } {
    const { places } = this;
    const indexes = new Uint32Array(present.length);
    const distinct: number[] = [];
    for (let at = 0; at < present.length; at += 1) {
      const number = present[at] ?? 0;
      if (places[number] === 0) places[number] = distinct.push(number);
      indexes[at] = (places[number] ?? 0) - 1;
    }
    for (const number of distinct) places[number] = 0;
    const bits = 32 - Math.clz32(distinct.length - 1);
    const page = new ByteWriter(indexes.length);
    page.appendUint8(bits);
    writeRleBitPackedHybrid(page, indexes, bits);
    return { bytes: page.getBytes(), distinct: Float64Array.from(distinct) };
  }

  /** Amounts are of 128 bits in two's complement, the most significant byte first. */
  private encodeAmounts(present: Float64Array): ColumnValues {
    const bytes = new Uint8Array(present.length * AMOUNT_BYTES);
    const view = new DataView(bytes.buffer);
    let least = GREATEST_AMOUNT;
    let greatest = -GREATEST_AMOUNT;
    for (let at = 0; at < present.length; at += 1) {
      const { units, exact } = scaleAmount(this.texts[present[at] ?? NaN] ?? '');
      if (!exact) this.rounded += 1;
      if (units < least) least = units;
      if (units > greatest) greatest = units;
      view.setBigInt64(at * AMOUNT_BYTES, units >> HALF_BITS);
      view.setBigInt64(at * AMOUNT_BYTES + INTEGER_BYTES, BigInt.asIntN(INTEGER_BITS, units));
    }
    return { encoding: 'PLAIN', bytes, range: { min_value: least, max_value: greatest } };
  }
}

function joinTexts(texts: readonly Buffer[]): Uint8Array {
  const page = new ByteWriter(texts.reduce((sum, text) => sum + LENGTH_BYTES + text.length, 0));
  for (const text of texts) {
    page.appendUint32(text.length);
    page.appendBytes(text);
  }
  return page.getBytes();
}

function encodeFlags(present: Float64Array): ColumnValues {
  const runs = new ByteWriter();
  writeRleBitPackedHybrid(runs, Uint32Array.from(present), 1);
  const page = new ByteWriter(LENGTH_BYTES + runs.offset);
  page.appendUint32(runs.offset);
  page.appendBytes(runs.getBytes());
  const [least, greatest] = leastAndGreatest(present);
  return {
    encoding: 'RLE',
    bytes: page.getBytes(),
    range: { min_value: least === 1, max_value: greatest === 1 },
  };
}

/** Integers of 64 bits, put together from halves: bigints would take several times as long. */
function integerBytes(integers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(integers.length * INTEGER_BYTES);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < integers.length; at += 1) {
    const integer = integers[at] ?? 0;
    view.setInt32(at * INTEGER_BYTES, integer % HALF, true);
    view.setInt32(at * INTEGER_BYTES + LENGTH_BYTES, Math.floor(integer / HALF), true);
  }
  return bytes;
}

function numberBytes(numbers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(numbers.length * INTEGER_BYTES);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < numbers.length; at += 1) view.setFloat64(at * INTEGER_BYTES, numbers[at] ?? 0, true);
  return bytes;
}

function leastAndGreatest(numbers: Float64Array): readonly [number, number] {
  let least = Infinity;
  let greatest = -Infinity;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] ?? 0;
    if (number < least) least = number;
    if (number > greatest) greatest = number;
  }
  return [least, greatest];
}

function integerRange(integers: Float64Array): ColumnValues['range'] {
  const [least, greatest] = leastAndGreatest(integers);
  return { min_value: BigInt(least), max_value: BigInt(greatest) };
}

/** The zeros of both signs are in the range, as the format requires. */
function numberRange(numbers: Float64Array): ColumnValues['range'] {
  const [least, greatest] = leastAndGreatest(numbers);
  return { min_value: least === 0 ? -0 : least, max_value: greatest === 0 ? 0 : greatest };
}
