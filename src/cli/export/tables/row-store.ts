// Keeps the rows of a table as numbers. Rows as objects take several times as long and as much memory.
import type { Cell, Columns, ColumnType, TableRow } from './columns.ts';

/** The texts of tables. A cell has the number of its text. */
export class TextPool {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** For texts that are nearly all different: looking for them takes longer than keeping all of them. */
  add(text: string): number {
    return this.texts.push(text) - 1;
  }

  /** Returns the same number for the same text. */
  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const number = this.add(text);
    this.numbers.set(text, number);
    return number;
  }
}

const FIRST_ROWS = 8;

export class RowStore {
  readonly columns: readonly Column[];
  readonly pool: TextPool;
  /** Column by column, each with room for `capacity` rows. */
  private values: Float64Array;
  private capacity = FIRST_ROWS;
  private used = 0;

  /** `pool`: that of all stores whose rows are put together. */
  constructor(columns: Columns, pool: TextPool) {
    this.columns = Object.entries(columns).map(([name, type]) => new Column(name, type, pool));
    this.pool = pool;
    this.values = new Float64Array(this.capacity * this.columns.length);
  }

  get length(): number {
    return this.used;
  }

  add(row: TableRow): void {
    this.reserve(1);
    let at = this.used;
    for (const column of this.columns) {
      this.values[at] = column.numberOf(row[column.name]);
      at += this.capacity;
    }
    this.used += 1;
  }

  /** Adds the rows of a store that has the same columns and the same pool. */
  append(rows: RowStore): void {
    this.reserve(rows.used);
    for (const index of this.columns.keys())
      this.values.set(rows.numbers(index), index * this.capacity + this.used);
    this.used += rows.used;
  }

  /** Sets a column of all rows. */
  fill(name: string, cell: Cell): void {
    const index = this.columns.findIndex((column) => column.name === name);
    this.numbers(index).fill(this.columns[index]?.numberOf(cell) ?? NaN);
  }

  /**
   * Returns a column of rows as numbers, NaN for a cell without a value: the numbers of texts and amounts in the pool,
   * times in milliseconds since 1970, 1 and 0 for flags.
   */
  numbers(index: number, from = 0, to = this.used): Float64Array {
    const start = index * this.capacity;
    return this.values.subarray(start + from, start + to);
  }

  /** Returns the rows as they were added. A time has the form of ISO 8601 in UTC, with milliseconds. */
  *rows(): Generator<TableRow, void, undefined> {
    for (let row = 0; row < this.used; row += 1) {
      const cells = this.columns.map((column, index) => [
        column.name,
        column.cellOf(this.values[index * this.capacity + row] ?? NaN),
      ]);
      yield Object.fromEntries(cells) as TableRow;
    }
  }

  private reserve(count: number): void {
    const needed = this.used + count;
    if (needed <= this.capacity) return;
    const capacity = Math.max(needed, this.capacity * 2);
    const larger = new Float64Array(capacity * this.columns.length);
    for (const index of this.columns.keys()) larger.set(this.numbers(index), index * capacity);
    this.values = larger;
    this.capacity = capacity;
  }
}

/** Converts the cells of a column to numbers, and back. */
class Column {
  readonly name: string;
  readonly type: ColumnType;
  private readonly pool: TextPool;
  /** Most cells have the text of the one before. */
  private lastText: string | undefined;
  private lastNumber = NaN;

  constructor(name: string, type: ColumnType, pool: TextPool) {
    this.name = name;
    this.type = type;
    this.pool = pool;
  }

  /** An invalid time becomes a cell without a value. */
  numberOf(cell: Cell): number {
    if (typeof cell === 'number') return cell;
    if (cell === null || cell === undefined) return NaN;
    if (typeof cell === 'boolean') return cell ? 1 : 0;
    if (cell !== this.lastText) {
      this.lastText = cell;
      this.lastNumber = this.parse(cell);
    }
    return this.lastNumber;
  }

  cellOf(number: number): Cell {
    if (Number.isNaN(number)) return null;
    switch (this.type) {
      case 'text':
      case 'usd':
        return this.pool.texts[number];
      case 'time':
        return new Date(number).toISOString();
      case 'flag':
        return number === 1;
      default:
        return number;
    }
  }

  private parse(text: string): number {
    switch (this.type) {
      case 'text':
        return this.pool.numberOf(text);
      case 'usd':
        return this.pool.add(text);
      case 'time':
        return Date.parse(text);
      default:
        return Number(text);
    }
  }
}
