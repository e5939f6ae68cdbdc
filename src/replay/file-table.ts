// Holds what distinguishes many files from each other, and from themselves before a change.
// It is one block of memory: objects for ten thousands of files would take longer than finding them.
import type { BigIntStats } from 'node:fs';

/** Device, inode, size, and when content and inode were last changed, in nanoseconds. */
const COLUMNS = 5;
const CHANGED = 4;
const NS_PER_MS = 1_000_000n;
/** Of the 32-bit words of a row: the low one of the inode. */
const INODE_WORD = 2;
const WORDS = 2 * COLUMNS;

/** Rows of numbers, one for each file. The row of what is not a regular file has zeros. */
export class FileTable {
  private numbers = new BigInt64Array(COLUMNS * 64);
  private words = new Uint32Array(this.numbers.buffer);
  private rows = 0;

  /** Returns the number of its row. */
  add(stats: BigIntStats | null | undefined): number {
    const at = this.rows * COLUMNS;
    if (at === this.numbers.length) this.grow();
    if (stats?.isFile() === true) {
      const { numbers } = this;
      numbers[at] = stats.dev;
      numbers[at + 1] = stats.ino;
      numbers[at + 2] = stats.size;
      numbers[at + 3] = stats.mtimeNs;
      numbers[at + CHANGED] = stats.ctimeNs;
    }
    this.rows += 1;
    return this.rows - 1;
  }

  isFile(row: number): boolean {
    return this.numbers[row * COLUMNS + CHANGED] !== 0n;
  }

  textOf(row: number): string {
    const { numbers } = this;
    let text = '';
    for (let at = row * COLUMNS; at < (row + 1) * COLUMNS; at += 1) text += `:${String(numbers[at])}`;
    return text;
  }

  /** When it was last changed, in milliseconds since 1970. */
  changedMs(row: number): number {
    return Number((this.numbers[row * COLUMNS + CHANGED] ?? 0n) / NS_PER_MS);
  }

  /** One of `count` groups, a power of two. A file that is renamed or changed stays in its group. */
  groupOf(row: number, count: number): number {
    // Neighbouring inodes, and those that share a factor, get different groups.
    const mixed = Math.imul((this.words[row * WORDS + INODE_WORD] ?? 0) + 1, 0x9e3779b1);
    return (mixed >>> 16) & (count - 1);
  }

  /** The numbers of all rows. */
  bytes(): Uint8Array {
    return new Uint8Array(this.numbers.buffer, 0, this.rows * COLUMNS * 8);
  }

  /** The numbers of these rows, in their order. */
  bytesOf(rows: readonly number[]): Uint8Array {
    const bytes = new BigInt64Array(rows.length * COLUMNS);
    for (const [index, row] of rows.entries())
      bytes.set(this.numbers.subarray(row * COLUMNS, (row + 1) * COLUMNS), index * COLUMNS);
    return new Uint8Array(bytes.buffer);
  }

  private grow(): void {
    const numbers = new BigInt64Array(2 * this.numbers.length);
    numbers.set(this.numbers);
    this.numbers = numbers;
    this.words = new Uint32Array(numbers.buffer);
  }
}
