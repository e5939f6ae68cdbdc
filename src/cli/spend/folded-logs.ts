// What came of reading some logs: the state of the fold, and what must be said about the logs. Plain data, which
// threads send to each other.
import type { SpendState } from '../../../projections/spend/state.ts';
import { findingCount, type Finding, type ReadReport, type TornTail } from '../../log/read/read-report.ts';

export interface UnreadLog {
  readonly path: string;
  /** A whole clause that names it. */
  readonly why: string;
}

export interface LogNotes {
  /** Damaged lines, left out. */
  readonly findings: readonly Finding[];
  /** More of them, that nobody has listed. */
  readonly unlisted: number;
  readonly torn: readonly TornTail[];
  readonly unread: readonly UnreadLog[];
  /** Logs without an event. */
  readonly empty: readonly string[];
  /** Of each log that has events of unknown types. */
  readonly partial: readonly NonNullable<ReadReport['partial']>[];
  /** Lines that stood in the same log before. */
  readonly repeated: number;
  /** Runs with and without their end. */
  readonly ended: readonly string[];
  readonly open: readonly string[];
}

export interface FoldedLogs {
  readonly state: SpendState;
  readonly notes: LogNotes;
}

export const NO_NOTES: LogNotes = {
  findings: [],
  unlisted: 0,
  torn: [],
  unread: [],
  empty: [],
  partial: [],
  repeated: 0,
  ended: [],
  open: [],
};

export function joinNotes(all: readonly LogNotes[]): LogNotes {
  return {
    findings: all.flatMap(({ findings }) => findings),
    unlisted: all.reduce((sum, { unlisted }) => sum + unlisted, 0),
    torn: all.flatMap(({ torn }) => torn),
    unread: all.flatMap(({ unread }) => unread),
    empty: all.flatMap(({ empty }) => empty),
    partial: all.flatMap(({ partial }) => partial),
    repeated: all.reduce((sum, { repeated }) => sum + repeated, 0),
    ended: all.flatMap(({ ended }) => ended),
    open: all.flatMap(({ open }) => open),
  };
}

export function notesOf(report: ReadReport): LogNotes {
  const { findings, unlisted = {}, torn, partial, runs } = report;
  // A line that is there twice counts once and leaves nothing open: that is no damage here.
  const damage = findings.filter(({ code }) => code !== 'seq-repeated');
  return {
    ...NO_NOTES,
    findings: damage,
    unlisted: findingCount({ findings: [], unlisted }) - (unlisted['seq-repeated'] ?? 0),
    torn,
    partial: partial === undefined ? [] : [partial],
    repeated: findings.length - damage.length + (unlisted['seq-repeated'] ?? 0),
    ended: runs.filter(({ completed }) => completed !== undefined).map(({ run }) => run),
    open: runs.filter(({ completed }) => completed === undefined).map(({ run }) => run),
  };
}
