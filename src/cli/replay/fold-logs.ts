// Reads logs, files or piped, and hands their events on; damage is refused here unless it was allowed.
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import { readLog } from '../../log/read-log.ts';
import { readPipedLog } from '../../log/read-piped-log.ts';
import { corruptionOf, type ReadReport } from '../../log/read-report.ts';
import { logSources } from './log-sources.ts';

export interface FoldOptions {
  /** Types that are wanted; all other lines are passed over. */
  readonly handles: ReadonlySet<string>;
  readonly skipCorrupt?: boolean;
  /** Refuse what this version does not know. */
  readonly strict?: boolean;
  readonly onEvent: (event: LogEvent) => void;
}

export async function foldLogs(named: readonly string[], options: FoldOptions): Promise<ReadReport> {
  const { handles, skipCorrupt = false, strict = false, onEvent } = options;
  const sources = logSources(named);
  const reading = { handles, skipCorrupt, onEvent };
  const report = sources.piped
    ? await readPipedLog(process.stdin, reading)
    : await readLog(sources.paths, reading);
  const corruption = corruptionOf(report);
  if (corruption !== undefined && !skipCorrupt) throw corruption;
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
