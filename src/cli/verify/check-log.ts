// Checks one log: what the reader finds in its bytes, and which of its events lack a counterpart.
import { parseInstant } from '../../../projections/pricing/instant.ts';
import { partners, type PartnersState } from '../../../projections/partners/projection.ts';
import type { Unpaired } from '../../../projections/partners/schema.ts';
import { PflowError, type ErrorCode } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import type { ReadOptions } from '../../log/read/read-options.ts';
import { findingCount, type ReadReport, type RunReading } from '../../log/read/reading-report.ts';
import { readOptionsFor, startFolding } from '../../replay/fold-logs.ts';
import { formatCount } from '../../values/format-count.ts';
import { present } from '../../values/present.ts';
import type { ListFormat } from '../terminal/list-format.ts';
import type { CheckedLog, VerifyFinding } from './verify-document.ts';

export interface VerifyOptions {
  readonly complete?: boolean;
  readonly strict?: boolean;
  readonly full?: boolean;
  readonly format: ListFormat;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Reads one log, from a file or from stdin. */
type ReadSource = (options: ReadOptions) => Promise<ReadReport>;

type CheckOptions = Pick<VerifyOptions, 'complete' | 'strict' | 'full'>;

/** Errors of logs that cannot be read: results here. A name that does not exist was refused before. */
const UNREAD: Partial<Record<ErrorCode, readonly [CheckedLog['state'], string]>> = {
  LOG_EMPTY: ['empty', 'no-event'],
  LOG_FORMAT_NEWER: ['unreadable', 'format-newer'],
  FILE_UNREADABLE: ['unreadable', 'unreadable'],
  FILE_NOT_FOUND: ['unreadable', 'unreadable'],
};

export async function checkLog(log: string, read: ReadSource, options: CheckOptions): Promise<CheckedLog> {
  const folding = startFolding([partners]);
  const undated: VerifyFinding[] = [];
  try {
    const report = await read({
      ...(options.full === true ? {} : readOptionsFor([partners])),
      checkEveryLine: true,
      checkKeys: true,
      skipCorrupt: true,
      onEvent: (event) => {
        folding.add(event);
        if (!isMoment(event.at)) undated.push(undatedFinding(event));
      },
    });
    const { findings: unpaired, open } = partners.result(folding.states()[0] as PartnersState);
    return assessLog(log, report, { unpaired, open, undated }, options);
  } catch (error) {
    const unread = error instanceof PflowError ? UNREAD[error.code] : undefined;
    if (unread === undefined) throw error;
    return unreadLog(log, unread, (error as PflowError).message);
  }
}

export function unreadLog(
  log: string,
  [state, code]: readonly [CheckedLog['state'], string],
  message: string,
): CheckedLog {
  return { log, state, events: 0, runs: [], findings: [{ code, message }], notes: [] };
}

/** A day without a time is not a moment. */
const isMoment = (at: string): boolean => at.length > '2026-11-01'.length && parseInstant(at) !== null;

interface CheckedEvents {
  /** Events without their counterpart, and those of runs that are still open. */
  readonly unpaired: readonly Unpaired[];
  readonly open: readonly Unpaired[];
  readonly undated: readonly VerifyFinding[];
}

function assessLog(
  log: string,
  report: ReadReport,
  { unpaired, open, undated }: CheckedEvents,
  { complete, strict }: CheckOptions,
): CheckedLog {
  const damage = damageFindings(report);
  const openRuns = report.runs.filter(({ completed }) => completed === undefined).map(openRunFinding);
  const unknown = report.partial === undefined ? [] : [unknownTypesFinding(report.partial)];
  const torn = report.torn.map(tornTailFinding);
  // If lines are lost or not understood, events lack their counterpart because of that.
  const isComplete = damage.length === 0 && unknown.length === 0;
  const inconsistent = [...(isComplete ? unpaired.map(unpairedFinding) : []), ...firstOf(undated)];
  const unfinished = [...(isComplete ? [] : unpaired), ...open].map(unpairedFinding);
  return {
    log,
    state: stateOf({ damage, inconsistent, openRuns, torn }),
    events: report.events,
    runs: report.runs.map(checkedRun),
    findings: [
      ...damage,
      ...inconsistent,
      ...(complete === true ? openRuns : []),
      ...(strict === true ? unknown : []),
    ],
    notes: [
      ...torn,
      ...(complete === true ? [] : openRuns),
      ...unfinished,
      ...(strict === true ? [] : unknown),
    ],
  };
}

type FoundByKind = Readonly<Record<'damage' | 'inconsistent' | 'openRuns' | 'torn', readonly unknown[]>>;

function stateOf({ damage, inconsistent, openRuns, torn }: FoundByKind): CheckedLog['state'] {
  if (damage.length > 0) return 'damaged';
  if (inconsistent.length > 0) return 'inconsistent';
  if (openRuns.length > 0) return 'incomplete';
  return torn.length > 0 ? 'torn' : 'ok';
}

function checkedRun({
  run,
  completed,
  events,
  startedAt,
  writtenBy,
  level,
}: RunReading): CheckedLog['runs'][number] {
  return {
    run,
    status: completed ?? 'incomplete',
    events,
    ...present({ started_at: startedAt, written_by: writtenBy, level }),
  };
}

function damageFindings(report: ReadReport): readonly VerifyFinding[] {
  const listed = report.findings.map(({ source: _source, why, ...finding }): VerifyFinding => ({
    ...finding,
    message: why,
  }));
  const more = findingCount(report) - listed.length;
  if (more === 0) return listed;
  const message = `${formatCount(more, 'more line')}, not listed`;
  return [...listed, { code: 'unlisted', count: more, message }];
}

/** Undated events of one log: more would hide other findings. */
const UNDATED_SHOWN = 10;

function firstOf(undated: readonly VerifyFinding[]): readonly VerifyFinding[] {
  const more = undated.length - UNDATED_SHOWN;
  if (more <= 0) return undated;
  const message = `${formatCount(more, 'more event')} without a time`;
  return [...undated.slice(0, UNDATED_SHOWN), { code: 'undated', count: more, message }];
}

function undatedFinding({ run, seq, at }: LogEvent): VerifyFinding {
  const message = `its "at" is not a moment in UTC: ${JSON.stringify(at.slice(0, 40))}`;
  return { code: 'undated', run, seq, message };
}

function openRunFinding({ run }: RunReading): VerifyFinding {
  return { code: 'incomplete', run, message: 'the run has no end: it crashed or is still going' };
}

function unknownTypesFinding({ types, writtenBy }: NonNullable<ReadReport['partial']>): VerifyFinding {
  return {
    code: 'unknown-type',
    message: `written by pflow ${writtenBy}, unknown here: ${types.join(', ')}`,
  };
}

function tornTailFinding({ line, offset, bytes }: ReadReport['torn'][number]): VerifyFinding {
  return { code: 'torn', line, offset, message: `${String(bytes)} bytes without a newline are not an event` };
}

function unpairedFinding({ run, seq, code, why }: Unpaired): VerifyFinding {
  return { code, run, ...present({ seq }), message: why };
}
