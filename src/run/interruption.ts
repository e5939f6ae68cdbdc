// Why a run is stopped: a signal, its caller or its time limit. The error travels as the reason of an AbortSignal.
import { PflowError } from '../errors.ts';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT';

/** The error `INTERRUPTED` of a run that a signal stopped. Pass it as the reason of an AbortSignal. */
export class Interruption extends PflowError {
  readonly signal: StopSignal;

  constructor(signal: StopSignal, facts: { readonly hint?: string } = {}) {
    super('INTERRUPTED', `interrupted by ${signal}`, facts);
    this.signal = signal;
  }
}

/** The error of a run that the caller of the library aborted. A PflowError as the reason is kept. */
export function runAbortedError(reason: unknown): PflowError {
  if (reason instanceof PflowError) return reason;
  return new PflowError('INTERRUPTED', 'the run was aborted by its signal', { cause: reason });
}

export function runTimeoutError(seconds: number): PflowError {
  return new PflowError('RUN_TIMEOUT', `the run took longer than ${String(seconds)} s`, {
    hint: 'Raise --timeout, or give the slow node a timeout_s of its own.',
  });
}
