// Checks whether logs hold exactly what was written. Runs no node, repairs nothing and needs no key.
import { PflowError } from '../../errors.ts';
import { readLog } from '../../log/read/read-log.ts';
import { PIPED_SOURCE, readPipedLog } from '../../log/read/read-piped-log.ts';
import { findLogs, isStdin } from '../../replay/find-logs.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatList } from '../terminal/list-format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { checkLog, unreadLog } from './check-log.ts';
import type { VerifyOptions } from './check-log.ts';
import type { CheckedLog, VerifyDocument, VerifyFinding } from './verify-document.ts';
import { verifyTable } from './verify-table.ts';

/** Columns of CSV and Markdown. */
const COLUMNS = ['log', 'state', 'events', 'runs', 'findings', 'notes'];

/** Returns 1 if any log has a finding. */
export async function verifyLogs(
  named: readonly string[],
  options: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const logs = isStdin(named)
    ? [await checkLog(PIPED_SOURCE, (reading) => readPipedLog(process.stdin, reading), options)]
    : await checkFiles(named, options, terminal);
  const ok = logs.every(({ findings }) => findings.length === 0);
  if (options.json === true || options.format === 'json') {
    const document: VerifyDocument = { ok, logs };
    terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  } else if (options.format === 'table') terminal.out(verifyTable(logs));
  else if (options.format === 'ndjson') terminal.out(formatList(logs, COLUMNS, 'ndjson'));
  else terminal.out(formatList(logs.map(rowOf), COLUMNS, options.format));
  return ok ? 0 : 1;
}

/** Checks each log by itself: a copy of a run in another file is not damage of this one. */
async function checkFiles(
  named: readonly string[],
  options: VerifyOptions,
  terminal: Terminal,
): Promise<CheckedLog[]> {
  const { logs, unread, notes } = findLogs(named);
  for (const note of notes) terminal.err(formatLabelledLine('note', note));
  const checked = unread.map(({ path, why }) => unreadLog(path, ['unreadable', 'unreadable'], why));
  for (const { path, isFound } of logs) {
    const log = await checkLog(path, (reading) => readLog(path, reading), options).catch((error: unknown) => {
      if (!isFound || !(error instanceof PflowError && error.code === 'NOT_A_LOG')) throw error;
      terminal.err(formatLabelledLine('note', `${error.message}, skipped`));
    });
    if (log !== undefined) checked.push(log);
  }
  return checked;
}

/** One row a log: how many runs it has, and the texts of its findings and notes. */
function rowOf({ log, state, events, runs, findings, notes }: CheckedLog): Readonly<Record<string, unknown>> {
  const texts = (list: readonly VerifyFinding[]): string => list.map(({ message }) => message).join('; ');
  return { log, state, events, runs: runs.length, findings: texts(findings), notes: texts(notes) };
}
