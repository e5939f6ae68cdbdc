// SIGINT and SIGTERM: the first one stops the run and lets it close its books, the second one ends at once.
import { Interruption, type StopSignal } from '../../run/interruption.ts';

const CODES: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

export function exitCodeOfSignal(signal: StopSignal): number {
  return CODES[signal];
}

/** Aborts `controller` at the first signal. Returns the way to let go of the signals. */
export function stopOnSignals(controller: AbortController): () => void {
  const onSignal = (signal: StopSignal): void => {
    if (controller.signal.aborted) process.exit(CODES[signal]);
    controller.abort(new Interruption(signal));
  };
  // A file over its size limit is a failed write and not the end of the program. A listener that stays keeps
  // that so, also after a library has taken its own away.
  process.on('SIGXFSZ', () => undefined);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}
