// Finds out whether the process that writes a log still runs.
import { uptime } from 'node:os';
import type { RunRow } from '../../projections/runs/schema.ts';
import { hashHost } from '../log/write/log-host.ts';

/** The clock may have been set since the machine started. */
const CLOCK_SLACK_MS = 60_000;

/**
 * True if the writer of a run without an end lives on this machine. Another process that got its number counts as the
 * writer, unless the machine has rebooted since.
 */
export function isWriterAlive({
  pid,
  host,
  started_at,
}: Pick<RunRow, 'pid' | 'host' | 'started_at'>): boolean {
  if (pid === undefined || host !== hashHost() || !isProcess(pid)) return false;
  const booted = Date.now() - uptime() * 1_000;
  const recorded = Date.parse(started_at ?? '');
  return Number.isNaN(recorded) || recorded >= booted - CLOCK_SLACK_MS;
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
