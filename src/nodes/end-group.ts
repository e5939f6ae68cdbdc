// Ends a process and everything it has started: asks first, then insists.
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 1_000;
const LOOK_MS = 20;

/** `pid` is the leader of its own process group. Resolves when the group is gone or has been killed. */
export async function endGroup(pid: number): Promise<void> {
  send(pid, 'SIGTERM');
  for (let waited = 0; waited < GRACE_MS; waited += LOOK_MS) {
    await sleep(LOOK_MS);
    if (!send(pid, 0)) return;
  }
  send(pid, 'SIGKILL');
}

/** At once, without asking. */
export function killGroup(pid: number): void {
  send(pid, 'SIGKILL');
}

/** False when there is nobody left to be told. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
