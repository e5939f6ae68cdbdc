// Ends everything that a command has started, by SIGTERM and then by SIGKILL.
import { setTimeout as sleep } from 'node:timers/promises';
import { findStrayProcesses, type StartedCommand } from './command-processes.ts';

const GRACE_MS = 1_000;
const POLL_MS = 20;

/** Resolves when the processes are gone or have been killed. */
export async function endCommand(command: StartedCommand): Promise<void> {
  const group = -command.pid;
  const strays = findStrayProcesses(command);
  const targets = [group, ...strays];
  for (const target of targets) sendSignal(target, 'SIGTERM');
  for (let waited = 0; waited < GRACE_MS; waited += POLL_MS) {
    await sleep(POLL_MS);
    if (!targets.some((target) => sendSignal(target, 0))) break;
  }
  killCommand(command);
}

/** Kills the processes at once. */
export function killCommand(command: StartedCommand): void {
  // The search comes first: without its parents, a process may not be found.
  const strays = findStrayProcesses(command);
  for (const target of [-command.pid, ...strays]) sendSignal(target, 'SIGKILL');
}

/** Kills one process group at once; `pid` is its leader. */
export function killGroup(pid: number): void {
  sendSignal(-pid, 'SIGKILL');
}

/** Whether the group of the command has a process. */
export function isGroupAlive({ pid }: StartedCommand): boolean {
  return sendSignal(-pid, 0);
}

/** Returns false when there is no such process any more. */
function sendSignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch {
    return false;
  }
}
