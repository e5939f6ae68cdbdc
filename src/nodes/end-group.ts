// Ends a process group, by SIGTERM and then by SIGKILL.
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 1_000;
const POLL_MS = 20;

/** `pid` is the leader of its own process group. Resolves when the group is gone or has been killed. */
export async function endGroup(pid: number): Promise<void> {
  sendSignal(pid, 'SIGTERM');
  for (let waited = 0; waited < GRACE_MS; waited += POLL_MS) {
    await sleep(POLL_MS);
    if (!sendSignal(pid, 0)) return;
  }
  sendSignal(pid, 'SIGKILL');
}

/** Kills the group at once. */
export function killGroup(pid: number): void {
  sendSignal(pid, 'SIGKILL');
}

/** Returns false when the group has no process any more. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
