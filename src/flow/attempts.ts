// Runs the attempts of a node: decides whether another one follows, waits before it, and counts them in the failure.
import { PflowError } from '../errors.ts';
import type { NodeContext } from './context.ts';
import { LONGEST_TIMER_MS } from './deadline.ts';
import { NodeFailure } from './node-failure.ts';

/** How often a node is attempted, and how long it waits in between. */
export interface Retry {
  /** Attempts in total, at least 1. */
  readonly max: number;
  /** Seconds before the second attempt; each further wait is twice as long. */
  readonly wait_s: number;
}

/** Limits every wait: the growing one is cut, a server that requests more ends the attempts. */
const LONGEST_WAIT_MS = 60_000;

export interface AttemptOptions {
  readonly retry: Retry;
  /** Is true when the workflow names the attempts. Work that may have had its effect is then repeated too. */
  readonly retryRequested: boolean;
  readonly context: NodeContext;
}

/** Calls `work` until it succeeds or another attempt cannot help. Attempts count from 1. */
export async function runAttempts<T>(
  work: (attempt: number) => Promise<T> | T,
  { retry, retryRequested, context }: AttemptOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    // An exec that only listens for the abort would miss an earlier one.
    context.signal.throwIfAborted();
    context.observer?.attemptStarted(attempt);
    try {
      return await work(attempt);
    } catch (error) {
      const isLast = attempt >= retry.max || context.signal.aborted;
      if (isLast || !canRepeat(error, retryRequested)) throw error;
      const waitMs = chooseWait(error, retry.wait_s * 1000 * 2 ** (attempt - 1), context);
      context.observer?.attemptFailed(attempt, error, waitMs);
      await sleep(waitMs, context.signal);
    }
  }
}

function canRepeat(error: unknown, retryRequested: boolean): error is NodeFailure {
  return error instanceof NodeFailure && error.retryable && (retryRequested || !error.mayHaveActed);
}

/** Throws the failure at once when its server requests too long a wait. */
function chooseWait(failure: NodeFailure, backoffMs: number, { endsAt = Infinity }: NodeContext): number {
  const waitMs = failure.retryAfterMs;
  if (waitMs === undefined) return Math.min(backoffMs, LONGEST_WAIT_MS);
  const leftMs = Math.max(0, endsAt - performance.now());
  if (waitMs <= Math.min(leftMs, LONGEST_WAIT_MS)) return waitMs;
  const limit =
    waitMs > LONGEST_WAIT_MS
      ? `the ${seconds(LONGEST_WAIT_MS)} that pflow waits`
      : `the ${seconds(leftMs)} that are left of the time limit`;
  throw failure.with({
    message: `${failure.message}; the server requests a wait of ${seconds(waitMs)}, longer than ${limit}`,
    hint: `Run again after ${seconds(waitMs)}.`,
  });
}

function seconds(milliseconds: number): string {
  return `${String(Math.round(milliseconds / 100) / 10)} s`;
}

/** Names the number of attempts in front of the message, where there were several. */
export function addAttempts(error: unknown, attempts: number): unknown {
  if (attempts < 2) return error;
  const text = error instanceof Error ? error.message : String(error);
  const message = `after ${String(attempts)} attempts: ${text}`;
  if (error instanceof NodeFailure) return error.with({ message });
  return error instanceof PflowError ? error.with({ message }) : new NodeFailure(message, { cause: error });
}

/** Waits. Rejects with the reason of `signal` once that is aborted. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    };
    const end = (): void => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, LONGEST_TIMER_MS));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
