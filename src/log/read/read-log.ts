// Reads log files in order, as raw bytes, in bounded memory. Does not interpret events; the caller does.
import { PflowError } from '../../errors.ts';
import { FastReader, type Remainder } from './fast-reader.ts';
import { refuseForeign } from './foreign-file.ts';
import { LineParser } from './line-parser.ts';
import { fileChunks } from './log-bytes.ts';
import { LogChecks } from './log-checks.ts';
import { readLines } from './read-lines.ts';
import type { ReadOptions } from './read-options.ts';
import type { OpenPlace, ReadReport } from './reading-report.ts';

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
  const places: OpenPlace[] = [];
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    await readFile(path).catch((error: unknown) => {
      const isForeign = error instanceof PflowError && error.code === 'NOT_A_LOG';
      if (!isForeign || options.onForeign?.(error, path) !== true) throw error;
    });
    places.push(...checks.nextSource().map((run) => ({ run, path })));
    if (checks.stopped) break;
  }
  reader?.finish();
  const report = checks.report();
  if (!checks.stopped) await readLate(places, report, options);
  return report;
}

/**
 * Reads again what matters only in a run without an end. Most logs have no such run, and are read once. A log may have
 * grown since then: only what `runs` counts is read.
 */
export async function readLate(
  places: readonly OpenPlace[],
  { runs }: Pick<ReadReport, 'runs'>,
  { late, ...options }: ReadOptions,
): Promise<void> {
  if (late === undefined || late.size === 0) return;
  const { runs: isRequested = () => true, onEvent } = options;
  const open = runs.filter(
    ({ run, completed, level }) => completed === undefined && level === 'trace' && isRequested(run),
  );
  const last = new Map(open.map(({ run, lastSeq }) => [run, lastSeq]));
  const paths = new Set(places.filter(({ run }) => last.has(run)).map(({ path }) => path));
  if (paths.size === 0) return;
  await readLog([...paths], {
    ...options,
    handles: late,
    runs: (run) => last.has(run),
    skipCorrupt: true,
    onEvent: (event) => {
      if (event.seq <= (last.get(event.run) ?? -1)) onEvent(event);
    },
  });
}
