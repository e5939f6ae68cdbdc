// Waits between two looks at a log.
import { setTimeout as sleep } from 'node:timers/promises';

/** Returns false once `signal` is aborted. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
