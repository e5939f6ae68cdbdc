// Finds the run that a user means: `last`, `last-failed`, `last-success`, an id or its start, or a log.
import { existsSync, statSync } from 'node:fs';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import { isDatabaseUrl, shownUrl } from '../../engine/database.ts';
import { PflowError } from '../../errors.ts';
import { findLogs, type FoundLog } from '../../replay/find-logs.ts';
import { openKeptRuns } from '../../replay/kept-runs.ts';
import { listRuns, type ListedRun, type LogReader } from '../../replay/list-runs.ts';
import { formatCount } from '../../values/format-count.ts';
import type { LogNote } from '../../replay/log-notes.ts';

export interface FoundRun {
  readonly run: ListedRun;
  /** Runs of the same workflow that began before it and succeeded. */
  readonly earlier: readonly ListedRun[];
  /** Notes about the log of this run, and not about others. */
  readonly notes: readonly LogNote[];
  /** There was one log to look in, and it has no other run. */
  readonly isAlone: boolean;
}

/** In a larger log, all runs but one would be read for nothing. */
const READ_ONCE_BYTES = 16 * 1024 * 1024;

/**
 * Throws RUN_UNKNOWN, and what finding and reading logs throws. `logs`: where to look for a run that is not a file.
 * `readerOf` is called for the only log, if it is not too large: what it returns gets the events.
 */
export async function findRun(
  reference: string,
  logs: () => readonly string[],
  pricing: Pricing,
  readerOf?: (log: FoundLog) => LogReader,
): Promise<FoundRun> {
  const file = isFile(reference) ? reference : undefined;
  if (file === undefined && LOOKS_LIKE_PATH.test(reference)) throw missingLogError(reference);
  const found = findLogs(file === undefined ? logs() : [file]);
  const [log, ...others] = found.logs;
  const isOne = log !== undefined && others.length === 0;
  const isReadOnce = isOne && log.weight <= READ_ONCE_BYTES;
  const kept = openKeptRuns(found, pricing, process.env);
  const { runs, notes } = await listRuns(found, pricing, kept, isReadOnce ? readerOf : undefined);
  if (runs.length === 0) throw noRunError(file);
  const run = chooseRun(file === undefined ? reference : 'last', runs);
  const isAlone = isOne && runs.length === 1;
  return { run, earlier: earlierRuns(run, runs), notes: notesAboutLog(notes, run), isAlone };
}

/** Notes about the log of a run. */
export function notesAboutLog(notes: readonly LogNote[], { file }: ListedRun): LogNote[] {
  return notes.filter(({ text }) => isAbout(text, file));
}

/** Runs of the same workflow that began before it and succeeded. */
export function earlierRuns(run: ListedRun, runs: readonly ListedRun[]): ListedRun[] {
  const { workflow, started_at } = run;
  return runs.filter(
    (one) =>
      one.status === 'success' && one.workflow === workflow && (one.started_at ?? '') < (started_at ?? ''),
  );
}

/** Another log may have a path that is longer at either end. */
function isAbout(text: string, file: string): boolean {
  const at = text.indexOf(file);
  const around = `${text.charAt(at - 1)}${text.charAt(at + file.length)}`;
  return at >= 0 && !/[\p{L}\p{N}_./-]/u.test(around);
}

const LOOKS_LIKE_PATH = /\/|\.(?:nd)?json(?:\.gz)?$|\.html$/u;

function missingLogError(path: string): PflowError {
  if (isDatabaseUrl(path)) {
    return new PflowError('USAGE', `${shownUrl(path)} is a database and not a run`, {
      hint: 'Name a run in it, such as last, and the database with --database.',
    });
  }
  const isFolder = existsSync(path);
  return new PflowError(
    isFolder ? 'FILE_UNREADABLE' : 'FILE_NOT_FOUND',
    isFolder ? `${path} is a folder and not a run` : `the log "${path}" does not exist`,
    { hint: isFolder ? `Name a run in it: last-failed ${path}.` : 'pflow runs lists the runs of a folder.' },
  );
}

function isFile(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}

/** `file`: the only log; undefined for those of a folder. */
export function noRunError(file: string | undefined): PflowError {
  return file === undefined
    ? new PflowError('LOG_EMPTY', 'no log has a run', { hint: 'pflow verify lists what the logs have.' })
    : new PflowError('LOG_EMPTY', `${file} has no run: it is empty, or cut off in its first line`, {
        hint: 'The run ended before its first event was written, or this is not the intended file.',
      });
}

/** `runs`: the latest first, at least one. */
function chooseRun(reference: string, runs: readonly ListedRun[]): ListedRun {
  const [latest] = runs;
  if (reference === 'last' && latest !== undefined) return latest;
  const kinds: Readonly<Record<string, (run: ListedRun) => boolean>> = {
    'last-failed': ({ status }) => status !== 'success' && status !== 'running',
    'last-success': ({ status }) => status === 'success',
  };
  const kind = kinds[reference];
  if (kind !== undefined) return runs.find(kind) ?? throwUnknown(noneText(reference, runs), runs);
  const fitting = runs.filter(
    ({ run }) => run === reference || run.startsWith(reference) || run.endsWith(reference),
  );
  const exact = fitting.find(({ run }) => run === reference);
  const [only, second] = fitting;
  if (exact !== undefined) return exact;
  if (only === undefined) return throwMissing(reference, runs);
  return second === undefined ? only : throwUnknown(`${reference} fits several runs`, fitting);
}

/** The name of a workflow is no run: lists the runs of that workflow. */
function throwMissing(reference: string, runs: readonly ListedRun[]): never {
  const own = runs.filter(({ workflow }) => workflow === reference);
  if (own.length === 0) return throwUnknown(`there is no run ${reference}`, runs);
  return throwUnknown(`${reference} is a workflow with ${formatCount(own.length, 'run')}, not a run`, own);
}

function noneText(reference: string, runs: readonly ListedRun[]): string {
  if (runs.length === 1)
    return reference === 'last-success'
      ? 'the only run did not succeed'
      : 'the only run did not fail, and was not stopped';
  const among = formatCount(runs.length, 'run');
  return reference === 'last-success'
    ? `none of ${among} succeeded`
    : `none of ${among} failed or was stopped`;
}

const LISTED = 5;

/** `2026-11-29T07:13:48Z`. */
function secondOf(at: string | null): string {
  return at === null ? '-' : `${at.slice(0, 19)}Z`;
}

function throwUnknown(message: string, runs: readonly ListedRun[]): never {
  const more = runs.length - LISTED;
  throw new PflowError('RUN_UNKNOWN', message, {
    details: [
      ...runs
        .slice(0, LISTED)
        .map(({ run, workflow, status, started_at }) =>
          [run, secondOf(started_at), workflow ?? '-', status].join('  '),
        ),
      ...(more > 0 ? [`and ${String(more)} more`] : []),
    ],
    hint: 'Give more of the id, a log, last, last-failed or last-success.',
  });
}
