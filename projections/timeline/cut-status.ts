// Decides what became of what has no end of its own: the end of its run is the reason.
import type { RunEnd } from '../../src/events/run-status.ts';

/** `ended`: the end of the run; null without one, so that its process may go on. */
export function statusOfCut(ended: RunEnd | null): 'running' | Exclude<RunEnd, 'success'> {
  if (ended === null) return 'running';
  return ended === 'success' ? 'failed' : ended;
}
