// Reads logs, files or piped, and hands their events on; damage is refused here unless it was allowed.
import { PflowError } from '../errors.ts';
import type { ReadOptions } from '../log/read/log-checks.ts';
import { readLog } from '../log/read/read-log.ts';
import { readPipedLog } from '../log/read/read-piped-log.ts';
import { corruptionError, type ReadReport } from '../log/read/read-report.ts';
import type { LogSources } from './log-sources.ts';

export interface FoldOptions extends ReadOptions {
  /** Refuse what this version does not know. */
  readonly strict?: boolean;
}

export async function foldLogs(sources: LogSources, options: FoldOptions): Promise<ReadReport> {
  const { strict = false, ...reading } = options;
  const report = sources.piped
    ? await readPipedLog(process.stdin, reading)
    : await readLog(sources.paths, reading);
  const corruption = corruptionError(report);
  if (corruption !== undefined && reading.skipCorrupt !== true) throw corruption;
  if (strict && report.partial !== undefined) throw unknownTypes(report.partial);
  return report;
}

function unknownTypes({ types, writtenBy }: NonNullable<ReadReport['partial']>): PflowError {
  return new PflowError(
    'LOG_PARTIAL',
    `the log, written by pflow ${writtenBy}, holds events that this one does not know`,
    {
      details: [`unknown: ${types.join(', ')}`],
      hint: 'Update pflow, or leave out --strict and get a result that is marked partial.',
    },
  );
}
