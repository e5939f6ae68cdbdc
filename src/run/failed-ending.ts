// How a run ends when something was thrown in it: why it was told to stop wins over what came of that.
import { PflowError } from '../errors.ts';
import { Interruption } from './interruption.ts';
import { runError } from './failure.ts';
import type { RunOutcome } from './run-request.ts';

export type FailureOutcome = Pick<RunOutcome, 'status'> & { readonly error: PflowError };

export function failureOutcome(thrown: unknown, signal: AbortSignal): FailureOutcome {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  if (reason instanceof Interruption) return { status: 'interrupted', error: reason };
  if (reason instanceof PflowError) return { status: 'failed', error: reason };
  return { status: 'failed', error: runError(thrown) };
}
