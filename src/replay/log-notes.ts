// Collects notes about logs: damage, torn tails, unknown events, copies of runs. The notes are plain data, which
// threads send to each other; their texts are plain, too.
import { PflowError } from '../errors.ts';
import { findingCount, findingText, type Finding, type ReadReport } from '../log/read/reading-report.ts';
import { formatCount } from '../values/format-count.ts';
import { present } from '../values/present.ts';
import type { RepeatedRun } from './find-copies.ts';
import type { UnreadLog } from './find-logs.ts';

export interface LogNotes {
  /** Damaged lines, left out: those that are listed, and how many more there are. */
  readonly findings: readonly Finding[];
  readonly unlisted: number;
  readonly torn: ReadReport['torn'];
  readonly unread: readonly UnreadLog[];
  /** Logs without an event. */
  readonly empty: readonly string[];
  /** Files that are not logs. */
  readonly foreign: readonly ForeignFile[];
  /** One for each log with events of unknown types. */
  readonly partial: readonly NonNullable<ReadReport['partial']>[];
  /** Lines that the same log has twice, counted once. */
  readonly repeatedLines: number;
  readonly runs: readonly EndsOfRuns[];
  readonly copies: readonly RepeatedRun[];
  /** Other notes, one text each. */
  readonly texts: readonly string[];
}

/** A file that is not a log. */
export interface ForeignFile {
  readonly path: string;
  /** A whole clause that names the path and what the file looks like. */
  readonly why: string;
  readonly hint?: string;
}

/** The ids of the runs in a log, with and without their end. */
export interface EndsOfRuns {
  readonly path: string;
  readonly ended: readonly string[];
  readonly open: readonly string[];
  /** Nothing in the log is damaged, torn, unknown or repeated. */
  readonly isWhole?: boolean;
}

/** A note as text. `damaged`: the results lack something because of it. */
export interface LogNote {
  readonly label: 'damaged' | 'note';
  readonly text: string;
}

/** The `log` member of a result that has less than all of its logs. */
export interface LogMarks {
  readonly damaged_lines?: number;
  readonly unread?: readonly string[];
  readonly partial?: { readonly unknown_types: readonly string[]; readonly written_by?: string };
}

/** Findings of one log: more would hide those of other logs. */
const FINDINGS_SHOWN = 3;
const COPIES_SHOWN = 10;

export const NO_NOTES: LogNotes = {
  findings: [],
  unlisted: 0,
  torn: [],
  unread: [],
  empty: [],
  foreign: [],
  partial: [],
  repeatedLines: 0,
  runs: [],
  copies: [],
  texts: [],
};

export function joinNotes(all: readonly LogNotes[]): LogNotes {
  return {
    findings: all.flatMap(({ findings }) => findings),
    unlisted: all.reduce((sum, { unlisted }) => sum + unlisted, 0),
    torn: all.flatMap(({ torn }) => torn),
    unread: all.flatMap(({ unread }) => unread),
    empty: all.flatMap(({ empty }) => empty),
    foreign: all.flatMap(({ foreign }) => foreign),
    partial: all.flatMap(({ partial }) => partial),
    repeatedLines: all.reduce((sum, { repeatedLines }) => sum + repeatedLines, 0),
    runs: all.flatMap(({ runs }) => runs),
    copies: all.flatMap(({ copies }) => copies),
    texts: all.flatMap(({ texts }) => texts),
  };
}

export function notesOf(path: string, report: ReadReport): LogNotes {
  const { findings, torn, partial, runs } = report;
  return {
    ...NO_NOTES,
    findings,
    unlisted: findingCount(report) - findings.length,
    torn,
    partial: partial === undefined ? [] : [partial],
    runs: [
      {
        path,
        ended: runs.filter(({ completed }) => completed !== undefined).map(({ run }) => run),
        open: runs.filter(({ completed }) => completed === undefined).map(({ run }) => run),
      },
    ],
  };
}

/** Like `notesOf`, but a line that the log has twice is not damage: it counts once, and nothing is left out. */
export function notesOfEach(path: string, report: ReadReport): LogNotes {
  const { findings, unlisted = {}, partial } = report;
  const damage = findings.filter(({ code }) => code !== 'seq-repeated');
  const { 'seq-repeated': repeated = 0, ...rest } = unlisted;
  const notes = notesOf(path, { ...report, findings: damage, unlisted: rest });
  const isWhole = findings.length + report.torn.length === 0 && partial === undefined;
  return {
    ...notes,
    runs: notes.runs.map((ends) => ({ ...ends, isWhole })),
    partial: partial === undefined ? [] : [{ ...partial, types: partial.types.toSorted() }],
    repeatedLines: findings.length - damage.length + repeated,
  };
}

/** Notes why a log is not read: unreadable, empty, no log. Throws any other error. */
export function notesOfUnread(path: string, error: unknown): LogNotes {
  if (!(error instanceof PflowError)) throw error;
  if (error.code === 'LOG_EMPTY') return { ...NO_NOTES, empty: [path] };
  if (error.code === 'NOT_A_LOG') return { ...NO_NOTES, foreign: [toForeignFile(error, path)] };
  return { ...NO_NOTES, unread: [{ path, why: error.message }] };
}

/** Represents the error `NOT_A_LOG` as plain data. */
export function toForeignFile({ message, hint }: PflowError, path: string): ForeignFile {
  return { path, why: message, ...present({ hint }) };
}

function damagedLines({ findings, unlisted }: LogNotes): number {
  return findings.length + unlisted;
}

/** Leaves out what is about other runs. Damage stays: it may have hidden a part of these. */
export function notesAboutRuns(selected: readonly string[], notes: LogNotes): LogNotes {
  const isSelected = (run: string): boolean => selected.includes(run);
  return {
    ...notes,
    copies: notes.copies.filter(({ run }) => isSelected(run)),
    runs: notes.runs.map((log) => ({ ...log, open: log.open.filter(isSelected) })),
  };
}

/** Lists every finding and every unfinished run of logs that were read as one. */
export function listNotes(notes: LogNotes): LogNote[] {
  const { findings, unlisted, runs } = notes;
  const damage = [
    ...findings.map(findingText),
    ...(unlisted === 0 ? [] : [formatCount(unlisted, 'more line')]),
  ];
  return toNotes([
    ...sourceTexts(notes),
    ...damage.map((text) => `damaged, left out: ${text}`),
    ...runs
      .flatMap(({ open }) => open)
      .map((run) => `run ${run} is incomplete: it crashed or is still going`),
  ]);
}

/** Lists the first findings of each log and counts the rest. For many logs that were read one by one. */
export function summariseNotes(notes: LogNotes): LogNote[] {
  const damage = [...notes.unread.map(({ why }) => why), ...summariseDamage(notes)];
  return [
    ...damage.map((text): LogNote => ({ label: 'damaged', text })),
    ...toNotes([
      ...sourceTexts(notes),
      ...(notes.repeatedLines === 0
        ? []
        : [`${formatCount(notes.repeatedLines, 'line')} found more than once in one log, counted once`]),
      ...summariseOpenRuns(notes),
    ]),
  ];
}

function toNotes(texts: readonly string[]): LogNote[] {
  return texts.map((text) => ({ label: 'note', text }));
}

function sourceTexts({ torn, empty, foreign, partial, copies, texts }: LogNotes): string[] {
  const [first] = partial;
  return [
    ...texts,
    ...torn.map(
      ({ source, line, offset, bytes }) =>
        `${source}, line ${String(line)} (byte ${String(offset)}) is torn: ${String(bytes)} bytes without a newline are left out`,
    ),
    ...empty.map((path) => `${path} holds no event`),
    ...foreign.map(({ why }) => `${why}, skipped`),
    ...(first === undefined
      ? []
      : [`partial: written by pflow ${first.writtenBy}, unknown here: ${unknownTypes(partial).join(', ')}`]),
    ...copyTexts(copies),
  ];
}

function copyTexts(copies: readonly RepeatedRun[]): string[] {
  const pairs = new Map<string, { readonly path: string; readonly original: string; runs: number }>();
  for (const { path, original } of copies) {
    const key = JSON.stringify([path, original]);
    const pair = pairs.get(key) ?? { path, original, runs: 0 };
    pair.runs += 1;
    pairs.set(key, pair);
  }
  const texts = [...pairs.values()].map(
    ({ path, original, runs }) => `${path} repeats ${formatCount(runs, 'run')} of ${original}, counted once`,
  );
  const more = texts.length - COPIES_SHOWN;
  if (more <= 0) return texts;
  return [
    ...texts.slice(0, COPIES_SHOWN),
    `${formatCount(more, 'more log')} with runs of others, counted once`,
  ];
}

function summariseDamage({ findings, unlisted }: LogNotes): string[] {
  const bySource = new Map<string, Finding[]>();
  for (const finding of findings) {
    const own = bySource.get(finding.source) ?? [];
    own.push(finding);
    bySource.set(finding.source, own);
  }
  const listed = [...bySource].flatMap(([source, own]) => {
    const rest = own.length - FINDINGS_SHOWN;
    return [
      ...own.slice(0, FINDINGS_SHOWN).map(findingText),
      ...(rest > 0 ? [`${source}: ${formatCount(rest, 'more line')}`] : []),
    ];
  });
  return unlisted === 0
    ? listed
    : [...listed, `${formatCount(unlisted, 'more line')}, in logs full of damage`];
}

/** Skips runs that have their end in another log. */
function summariseOpenRuns({ runs }: LogNotes): string[] {
  const ended = new Set(runs.flatMap((log) => log.ended));
  const open = new Set(runs.flatMap((log) => log.open).filter((run) => !ended.has(run)));
  if (open.size === 0) return [];
  return [`${formatCount(open.size, 'run is', 'runs are')} incomplete: crashed or still going`];
}

/** Lists unknown types in the order of the log; those of several logs are sorted. */
function unknownTypes(partial: LogNotes['partial']): readonly string[] {
  const [first, ...more] = partial;
  if (first !== undefined && more.length === 0) return first.types;
  return [...new Set(partial.flatMap(({ types }) => types))].sort();
}

/**
 * Returns undefined if nothing is missing from the result. `writtenBy`: the version of pflow that wrote the events of
 * unknown types.
 */
export function logMarks(notes: LogNotes, writtenBy?: string): LogMarks | undefined {
  const { unread, partial } = notes;
  const damaged = damagedLines(notes);
  if (damaged === 0 && unread.length === 0 && partial.length === 0) return undefined;
  const unknown = present({ unknown_types: unknownTypes(partial), written_by: writtenBy });
  return present({
    damaged_lines: damaged === 0 ? undefined : damaged,
    unread: unread.length === 0 ? undefined : unread.map(({ path }) => path),
    partial: partial.length === 0 ? undefined : unknown,
  });
}
