// Removes old logs after a run, and prints which.
import { configuredLogFolder } from '../../home/log-folder.ts';
import { readSettings } from '../../home/settings.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import { removeOldLogs } from '../../replay/remove-old-logs.ts';
import { formatCount } from '../../values/format-count.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

const LISTED = 5;

export async function removeLogsOfSettings(terminal: Terminal): Promise<void> {
  const { env } = process;
  const { log_keep_days: days, log_dir } = readSettings(env);
  const folder = configuredLogFolder(env);
  if (
    days === undefined ||
    log_dir === undefined ||
    folder === undefined ||
    (env['PFLOW_LOG_DIR'] ?? '') !== ''
  )
    return;
  const removed = await removeOldLogs(folder, days, systemLogHost.now());
  if (removed.length === 0) return;
  const more = removed.length > LISTED ? `, and ${String(removed.length - LISTED)} more` : '';
  const what = `${formatCount(removed.length, 'log')} older than ${formatCount(days, 'day')}`;
  terminal.err(formatLabelledLine('note', `removed ${what}: ${removed.slice(0, LISTED).join(', ')}${more}`));
}
