// Reads a whole log: its events and its report.
import { Readable } from 'node:stream';
import type { LogEvent } from '../../../src/events/event.ts';
import type { ReadOptions } from '../../../src/log/read/read-options.ts';
import { readLog } from '../../../src/log/read/read-log.ts';
import { readPipedLog } from '../../../src/log/read/read-piped-log.ts';
import type { ReadReport } from '../../../src/log/read/reading-report.ts';

export interface WholeReading {
  readonly events: readonly LogEvent[];
  readonly report: ReadReport;
}

type Options = Omit<ReadOptions, 'onEvent'>;

export async function readAll(
  paths: string | readonly string[],
  options: Options = {},
): Promise<WholeReading> {
  const events: LogEvent[] = [];
  const report = await readLog(paths, { ...options, onEvent: (event) => events.push(event) });
  return { events, report };
}

/** Reads from a pipe, in chunks of `size` bytes. */
export async function readAllPiped(
  bytes: Buffer,
  options: Options = {},
  size = 4_096,
): Promise<WholeReading> {
  const events: LogEvent[] = [];
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  const report = await readPipedLog(Readable.from(chunks), {
    ...options,
    onEvent: (event) => events.push(event),
  });
  return { events, report };
}
