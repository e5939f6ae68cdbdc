// Reads log files in order, as raw bytes, in bounded memory. Does not interpret events; the caller does.
import { fileChunks } from './log-bytes.ts';
import { LogChecks } from './log-checks.ts';
import type { ReadOptions } from './log-checks.ts';
import { LineParser } from './line-parser.ts';
import type { ReadReport } from './read-report.ts';
import { FastReader } from './fast-reader.ts';
import { readLines } from './read-lines.ts';

/**
 * Passes the events of all files to `onEvent`, in order. Damage is in the report. Throws `FILE_NOT_FOUND`,
 * `FILE_UNREADABLE`, `LOG_EMPTY`, `LOG_FORMAT_NEWER`, and whatever `onEvent` throws.
 */
export async function readLog(paths: string | readonly string[], options: ReadOptions): Promise<ReadReport> {
  const audit = new LogChecks(options);
  const walker = new LineParser(audit, options);
  // Where every line has to be parsed, scanning saves nothing.
  const scanning = options.handles === undefined ? undefined : new FastReader(audit, walker, options);
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    const reached = scanning === undefined ? { line: 1, offset: 0, packed: true } : scanning.read(path);
    if (reached !== undefined) {
      const { line, offset, packed } = reached;
      await readLines(path, fileChunks(path, offset), walker, packed ? undefined : { line, offset });
    }
    if (audit.stopped) break;
  }
  scanning?.finish();
  return audit.report();
}
