// Defines why an item of a batch is stopped by another one. Such an item has not failed.
import { ITEM_STOPPED } from '../events/error-data.ts';

/** The reason of the signal that the running items of a batch get. */
export class ItemStopped extends Error {
  readonly code = ITEM_STOPPED;

  constructor(message: string) {
    super(message);
    this.name = 'AbortError';
  }
}

/** True if `error` is how a node ends that obeys its signal. */
export function isAbortOf(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  const reason: unknown = signal.reason;
  return (
    error === reason || (error instanceof Error && (error.cause === reason || error.name === 'AbortError'))
  );
}
