// `pflow verify`: whether logs are what was written. Nothing runs, nothing is repaired, no key is needed.
import { PflowError } from '../../errors.ts';
import { readLog } from '../../log/read/read-log.ts';
import { PIPED_SOURCE, readPipedLog } from '../../log/read/read-piped-log.ts';
import type { VerifyOptions } from './command.ts';
import { findLogs } from '../../replay/find-logs.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { checkLog, unreadLog } from './check-log.ts';
import type { CheckedLog, VerifyDocument } from './verify-document.ts';
import { verifyTable } from './verify-table.ts';

export async function verifyLogs(
  named: readonly string[],
  flags: VerifyOptions,
  terminal: Terminal,
): Promise<number> {
  const logs = named.includes('-') ? [await checkPiped(named, flags)] : await checkFiles(named, flags);
  const ok = logs.every(({ findings }) => findings.length === 0);
  if (flags.json === true || flags.format === 'json') {
    const document: VerifyDocument = { ok, logs };
    terminal.out(`${JSON.stringify(document, undefined, 2)}\n`);
  } else terminal.out(verifyTable(logs));
  return ok ? 0 : 1;
}

async function checkPiped(named: readonly string[], flags: VerifyOptions): Promise<CheckedLog> {
  if (named.length === 1) {
    return checkLog(PIPED_SOURCE, (options) => readPipedLog(process.stdin, options), flags);
  }
  throw new PflowError('USAGE', '- stands for stdin and cannot be mixed with files', {
    hint: 'Pipe everything: cat a.ndjson b.ndjson | pflow verify -',
  });
}

/** Each log by itself: a copy of a run in another file is no damage of this one. */
async function checkFiles(named: readonly string[], flags: VerifyOptions): Promise<CheckedLog[]> {
  const { logs, unread } = findLogs(named);
  const checked = unread.map(({ path, why }) => unreadLog(path, ['unreadable', 'unreadable'], why));
  for (const { path } of logs) {
    checked.push(await checkLog(path, (options) => readLog(path, options), flags));
  }
  return checked;
}
