// Reads log files in order, as raw bytes, in bounded memory. Does not interpret events; the caller does.
import { PflowError } from '../../errors.ts';
import { FastReader, type Remainder } from './fast-reader.ts';
import { refuseForeign } from './foreign-file.ts';
import { LineParser } from './line-parser.ts';
import { fileChunks } from './log-bytes.ts';
import { LogChecks } from './log-checks.ts';
import { readLines } from './read-lines.ts';
import type { ReadOptions } from './read-options.ts';
import type { ReadReport } from './reading-report.ts';

const WHOLE_FILE: Remainder = { line: 1, offset: 0, fromStart: true };

/**
 * Passes the events of all files to `onEvent`, in order. Damage is in the report. Throws `FILE_NOT_FOUND`,
 * `FILE_UNREADABLE`, `NOT_A_LOG`, `LOG_EMPTY`, `LOG_FORMAT_NEWER`, and whatever `onEvent` throws.
 */
export async function readLog(paths: string | readonly string[], options: ReadOptions): Promise<ReadReport> {
  const checks = new LogChecks(options);
  const parser = new LineParser(checks, options);
  // Where every line has to be parsed, scanning saves nothing.
  const reader = options.handles === undefined ? undefined : new FastReader(checks, parser, options);
  const readFile = async (path: string): Promise<void> => {
    const remainder = reader === undefined ? WHOLE_FILE : reader.read(path);
    if (remainder === undefined) return;
    const { line, offset, fromStart } = remainder;
    const chunks = fileChunks(path, offset);
    if (fromStart) await readLines(path, refuseForeign(path, chunks), parser);
    else await readLines(path, chunks, parser, { line, offset });
  };
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    await readFile(path).catch((error: unknown) => {
      const isForeign = error instanceof PflowError && error.code === 'NOT_A_LOG';
      if (!isForeign || options.onForeign?.(error, path) !== true) throw error;
    });
    if (checks.stopped) break;
  }
  reader?.finish();
  const report = checks.report();
  if (!checks.stopped) await readLate(paths, report, options);
  return report;
}

/** Reads again what matters only in a run without an end. Most logs have no such run, and are read once. */
export async function readLate(
  paths: string | readonly string[],
  { runs }: Pick<ReadReport, 'runs'>,
  { late, ...options }: ReadOptions,
): Promise<void> {
  if (late === undefined || late.size === 0) return;
  const { runs: isRequested = () => true } = options;
  const open = runs.filter(
    ({ run, completed, level }) => completed === undefined && level === 'trace' && isRequested(run),
  );
  if (open.length === 0) return;
  const ids = new Set(open.map(({ run }) => run));
  await readLog(paths, { ...options, handles: late, runs: (run) => ids.has(run), skipCorrupt: true });
}
