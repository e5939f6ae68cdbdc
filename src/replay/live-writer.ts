// Finds out whether the process that writes a log still runs.
import { readFileSync } from 'node:fs';
import { hashHost } from '../log/write/log-host.ts';
import type { RunRow } from '../../projections/runs/schema.ts';

/** True if the writer of a run without an end lives on this machine. A later process with its number is another one. */
export function isWriterAlive({
  pid,
  host,
  started_at,
}: Pick<RunRow, 'pid' | 'host' | 'started_at'>): boolean {
  if (pid === undefined || host !== hashHost() || !isProcess(pid)) return false;
  const began = startOf(pid);
  const recorded = Date.parse(started_at ?? '');
  return began === undefined || Number.isNaN(recorded) || began <= recorded + CLOCK_SLACK_MS;
}

/** The start of a process is known to a tick, and the clock may have been set since. */
const CLOCK_SLACK_MS = 60_000;
const TICKS_PER_SECOND = 100;

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Milliseconds since 1970; undefined where /proc does not tell. */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const boot = Number(/^btime (\d+)$/mu.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const began = (boot + ticks / TICKS_PER_SECOND) * 1_000;
    return Number.isFinite(began) ? began : undefined;
  } catch {
    return undefined;
  }
}
