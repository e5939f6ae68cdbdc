// Follows a log that grows: prints a line for each node that starts, is repeated or ends, until the run ends.
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '../../events/event.ts';
import { readLog } from '../../log/read/read-log.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import { isWriterAlive } from '../../replay/live-writer.ts';
import { colour } from '../terminal/colour.ts';
import { toVisibleLine } from '../../values/escape-text.ts';
import { formatDuration } from '../../values/format-quantities.ts';
import type { Terminal } from '../terminal/terminal.ts';

const POLL_MS = 250;

const FOLLOWED = new Set([
  ...['node.started', 'node.completed', 'node.failed', 'node.retried', 'warning.raised', 'run.completed'],
]);

/** Resolves when the run has ended, or its writer is gone. */
export async function followRun(run: ListedRun, terminal: Terminal): Promise<void> {
  let printed = -1;
  let bytes = -1;
  for (;;) {
    const size = statSync(run.file).size;
    const ends: LogEvent[] = [];
    if (size !== bytes) {
      bytes = size;
      await readLog(run.file, {
        handles: FOLLOWED,
        runs: (id) => id === run.run,
        skipCorrupt: true,
        onEvent: (event) => {
          if (event.type === 'run.completed') ends.push(event);
          if (event.seq <= printed) return;
          printed = event.seq;
          const line = lineOf(event);
          if (line !== undefined) terminal.out(`${line}\n`);
        },
      });
    } else if (!isWriterAlive(run)) return;
    if (ends.length > 0) return;
    await sleep(POLL_MS);
  }
}

function lineOf(event: LogEvent): string | undefined {
  const time = colour.dim(formatDuration(event.ms).padStart(9));
  const item = event.item === undefined ? '' : `[${String(event.item)}]`;
  const node = `${safe(event.node ?? '')}${item}`;
  switch (event.type) {
    case 'node.started':
      return `${time}  ${colour.cyan('▸')} ${node}`;
    case 'node.completed':
      return `${time}  ${colour.green('✓')} ${node}  ${colour.dim(formatDuration(event.data.duration_ms))}`;
    case 'node.failed':
      return `${time}  ${colour.red('✗')} ${node}  ${safe(event.data.error.message)}`;
    case 'node.retried':
      return `${time}  ${colour.yellow('↻')} ${node}  again in ${formatDuration(event.data.wait_ms)}: ${safe(event.data.error.message)}`;
    case 'warning.raised':
      return `${time}  ${colour.yellow('!')} ${safe(event.data.message)}`;
    case 'run.completed':
      return `${time}  ${event.data.status}`;
    default:
      return undefined;
  }
}

function safe(text: string): string {
  return toVisibleLine(text.slice(0, 2_000));
}
