// Reads log files over raw bytes, one after another, in bounded memory. It knows files and lines; what the
// events mean is the affair of whoever takes them.
import { fileChunks } from './log-bytes.ts';
import { LogAudit } from './log-checks.ts';
import type { ReadOptions } from './log-checks.ts';
import { ParsingWalker } from './line-parser.ts';
import type { ReadReport } from './read-report.ts';
import { LogScanning } from './fast-reader.ts';
import { walkLines } from './read-lines.ts';

/**
 * Hands the events of all files to `onEvent`, in order. Damage is in the report; throws `FILE_NOT_FOUND`,
 * `FILE_UNREADABLE`, `LOG_EMPTY`, `LOG_FORMAT_NEWER`, and whatever `onEvent` throws.
 */
export async function readLog(paths: string | readonly string[], options: ReadOptions): Promise<ReadReport> {
  const audit = new LogAudit(options);
  const walker = new ParsingWalker(audit, options);
  // Where every line has to be parsed there is nothing to scan for.
  const scanning = options.handles === undefined ? undefined : new LogScanning(audit, walker, options);
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    const reached = scanning === undefined ? { line: 1, offset: 0, packed: true } : scanning.read(path);
    if (reached !== undefined) {
      const { line, offset, packed } = reached;
      await walkLines(path, fileChunks(path, offset), walker, packed ? undefined : { line, offset });
    }
    if (audit.stopped) break;
  }
  scanning?.finish();
  return audit.report();
}
