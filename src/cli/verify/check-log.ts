// Checks one log: what the reader finds in its bytes, and what the events lack of each other. Prints nothing.
import type { Unpaired } from '../../../projections/partners/schema.ts';
import { partners, type PartnersState } from '../../../projections/partners/projection.ts';
import { PflowError, type ErrorCode } from '../../errors.ts';
import type { ReadOptions } from '../../log/read/log-checks.ts';
import { findingCount, type ReadReport, type RunReading } from '../../log/read/read-report.ts';
import type { VerifyOptions } from './command.ts';
import { formatCount } from '../../values/format-count.ts';
import { readOptionsFor, startFolding } from '../../replay/log-folding.ts';
import type { CheckedLog, VerifyFinding } from './verify-document.ts';

/** Reads one log, from wherever it is. */
export type ReadSource = (options: ReadOptions) => Promise<ReadReport>;

type Wishes = Pick<VerifyOptions, 'complete' | 'strict' | 'full'>;

/** Logs that cannot be read are a result here; a name that is nothing was refused before. */
const UNREAD: Partial<Record<ErrorCode, readonly [CheckedLog['state'], string]>> = {
  LOG_EMPTY: ['empty', 'no-event'],
  LOG_FORMAT_NEWER: ['unreadable', 'format-newer'],
  FILE_UNREADABLE: ['unreadable', 'unreadable'],
  FILE_NOT_FOUND: ['unreadable', 'unreadable'],
};

export async function checkLog(log: string, read: ReadSource, wishes: Wishes): Promise<CheckedLog> {
  const folding = startFolding([partners]);
  try {
    const report = await read({
      ...(wishes.full === true ? {} : readOptionsFor([partners])),
      checkEveryLine: true,
      skipCorrupt: true,
      onEvent: (event) => {
        folding.add(event);
      },
    });
    return judged(log, report, partners.result(folding.states()[0] as PartnersState), wishes);
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

function judged(
  log: string,
  report: ReadReport,
  {
    findings: unpaired,
    open,
  }: { readonly findings: readonly Unpaired[]; readonly open: readonly Unpaired[] },
  { complete, strict }: Wishes,
): CheckedLog {
  const damage = damageIn(report);
  const unended = report.runs.filter(({ completed }) => completed === undefined).map(endless);
  const unknown = report.partial === undefined ? [] : [unknownTypes(report.partial)];
  const torn = report.torn.map(tornTail);
  // Where lines are lost, or mean something that nobody here knows, others lack their counterpart because of that.
  const wholly = damage.length === 0 && unknown.length === 0;
  const lacking = wholly ? unpaired.map(remarkOf) : [];
  const cutOff = [...(wholly ? [] : unpaired), ...open].map(remarkOf);
  return {
    log,
    state: stateOf({ damage, lacking, unended, torn }),
    events: report.events,
    runs: report.runs.map(runOf),
    findings: [
      ...damage,
      ...lacking,
      ...(complete === true ? unended : []),
      ...(strict === true ? unknown : []),
    ],
    notes: [...torn, ...(complete === true ? [] : unended), ...cutOff, ...(strict === true ? [] : unknown)],
  };
}

type Seen = Readonly<Record<'damage' | 'lacking' | 'unended' | 'torn', readonly unknown[]>>;

function stateOf({ damage, lacking, unended, torn }: Seen): CheckedLog['state'] {
  if (damage.length > 0) return 'damaged';
  if (lacking.length > 0) return 'inconsistent';
  if (unended.length > 0) return 'incomplete';
  return torn.length > 0 ? 'torn' : 'ok';
}

function runOf({
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
    ...(startedAt === undefined ? {} : { started_at: startedAt }),
    ...(writtenBy === undefined ? {} : { written_by: writtenBy }),
    ...(level === undefined ? {} : { level }),
  };
}

function damageIn(report: ReadReport): readonly VerifyFinding[] {
  const listed = report.findings.map(({ source: _source, why, ...finding }): VerifyFinding => ({
    ...finding,
    message: why,
  }));
  const more = findingCount(report) - listed.length;
  return more === 0
    ? listed
    : [
        ...listed,
        { code: 'unlisted', count: more, message: `${formatCount(more, 'more line')}, not listed` },
      ];
}

function endless({ run }: RunReading): VerifyFinding {
  return { code: 'incomplete', run, message: 'the run has no end: it crashed or is still going' };
}

function unknownTypes({ types, writtenBy }: NonNullable<ReadReport['partial']>): VerifyFinding {
  return {
    code: 'unknown-type',
    message: `written by pflow ${writtenBy}, unknown here: ${types.join(', ')}`,
  };
}

function tornTail({ line, offset, bytes }: ReadReport['torn'][number]): VerifyFinding {
  return { code: 'torn', line, offset, message: `${String(bytes)} bytes without a newline are no event` };
}

function remarkOf({ run, seq, code, why }: Unpaired): VerifyFinding {
  return { code, run, ...(seq === undefined ? {} : { seq }), message: why };
}
