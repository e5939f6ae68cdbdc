// Changes the bytes of one file in place. A test reads a hundred thousand damaged logs in seconds this way.
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { LogEvent } from '../../../src/events/event.ts';
import { PflowError } from '../../../src/errors.ts';
import type { ReadOptions } from '../../../src/log/read/read-options.ts';
import { readLog } from '../../../src/log/read/read-log.ts';
import type { ReadReport } from '../../../src/log/read/reading-report.ts';

export interface Reading {
  readonly events: readonly LogEvent[];
  /** Undefined when reading ended with an error. */
  readonly report: ReadReport | undefined;
  /** The code of that error. */
  readonly refused: string | undefined;
}

export class FileOfBytes {
  readonly path: string;
  private readonly bytes: Buffer;
  private readonly file: number;
  /** The byte that differs in the file. */
  private changed: number | undefined;

  constructor(path: string, bytes: Buffer) {
    this.path = path;
    this.bytes = bytes;
    this.file = openSync(path, 'w+');
    writeSync(this.file, bytes);
  }

  /**
   * Calls `look` while one bit is flipped. The bit stays flipped until the next is or the file is closed: bits of one
   * byte need one write each.
   */
  async flipped<T>(bit: number, look: () => Promise<T>): Promise<T> {
    const at = bit >> 3;
    if (at !== this.changed) this.restore();
    this.changed = at;
    writeSync(this.file, Buffer.of((this.bytes[at] ?? 0) ^ (1 << (bit & 7))), 0, 1, at);
    return look();
  }

  private restore(): void {
    if (this.changed !== undefined) writeSync(this.file, this.bytes, this.changed, 1, this.changed);
    this.changed = undefined;
  }

  /** Truncates the file; it never grows again. */
  cutTo(length: number): void {
    ftruncateSync(this.file, length);
  }

  close(): void {
    this.restore();
    closeSync(this.file);
  }
}

export async function reading(path: string, options: Omit<ReadOptions, 'onEvent'> = {}): Promise<Reading> {
  const events: LogEvent[] = [];
  try {
    const report = await readLog(path, { ...options, onEvent: (event) => events.push(event) });
    return { events, report, refused: undefined };
  } catch (error) {
    if (error instanceof PflowError) return { events, report: undefined, refused: error.code };
    throw error;
  }
}

/** Whether the reader reports damage, a torn tail or an error. */
export function isReported({ report }: Reading): boolean {
  return report === undefined || report.findings.length > 0 || report.torn.length > 0;
}

/** Also true for a run without its end: a log that lost its last lines shows nothing else. */
export function isReportedOrIncomplete(seen: Reading): boolean {
  return isReported(seen) || seen.report?.runs.some(({ completed }) => completed === undefined) === true;
}
