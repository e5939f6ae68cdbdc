// Ends everything that a command has started, by SIGTERM and then by SIGKILL.
import { setTimeout as sleep } from 'node:timers/promises';
import { findLeftProcesses, findStrayProcesses, type StartedCommand } from './command-processes.ts';

const GRACE_MS = 1_000;
const POLL_MS = 20;

/** Resolves when the processes are gone or have been killed. */
export async function endCommand(command: StartedCommand): Promise<void> {
  await endTargets([-command.pid, ...findStrayProcesses(command)]);
  killCommand(command);
}

/** Ends the processes with one of these marks. Resolves when they are gone or have been killed. */
export async function endLeftProcesses(marks: ReadonlySet<string>): Promise<void> {
  await endTargets(findLeftProcesses(marks));
  killLeftProcesses(marks);
}

/** Kills the processes with one of these marks at once. */
export function killLeftProcesses(marks: ReadonlySet<string>): void {
  for (const target of findLeftProcesses(marks)) sendSignal(target, 'SIGKILL');
}

/** Gives them some time to end by themselves. */
async function endTargets(targets: readonly number[]): Promise<void> {
  for (const target of targets) sendSignal(target, 'SIGTERM');
  for (let waited = 0; waited < GRACE_MS && targets.some(isAlive); waited += POLL_MS) await sleep(POLL_MS);
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

function isAlive(target: number): boolean {
  return sendSignal(target, 0);
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
