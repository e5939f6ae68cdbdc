// Keeps the last lines of what a process writes, however much it writes.
import { CUT_MARK } from '../values/cut-text.ts';

const MAX_LINES = 10;
const MAX_LENGTH = 200;
const MAX_BYTES = 4_096;

export class TextTail {
  private bytes: Buffer = Buffer.alloc(0);
  private length = 0;

  add(chunk: Buffer): void {
    this.length += chunk.length;
    const last = chunk.subarray(-MAX_BYTES);
    this.bytes = Buffer.concat([this.bytes, last]).subarray(-MAX_BYTES);
  }

  /** Lines without control characters, long ones cut. */
  get lines(): readonly string[] {
    const mark = this.length > MAX_BYTES ? CUT_MARK : '';
    const lines = `${mark}${this.bytes.toString('utf8')}`.split(/\r?\n/u);
    const written = lines.map((line) => line.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trimEnd());
    return written
      .filter((line) => line !== '')
      .slice(-MAX_LINES)
      .map((line) => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}${CUT_MARK}` : line));
  }
}
