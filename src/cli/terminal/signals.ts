// Stops a run on SIGINT and SIGTERM. The first signal lets the run close its log; the second one exits at once.
import { Interruption, type StopSignal } from '../../run/interruption.ts';

const EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

export function exitCodeOfSignal(signal: StopSignal): number {
  return EXIT_CODES[signal];
}

/** Aborts `controller` at the first signal. Returns the function that removes the listeners. */
export function stopOnSignals(controller: AbortController): () => void {
  const onSignal = (signal: StopSignal): void => {
    if (controller.signal.aborted) process.exit(EXIT_CODES[signal]);
    controller.abort(new Interruption(signal));
  };
  // A file over its size limit is then a failed write, and does not end the process. This listener stays, since a
  // library may remove its own.
  process.on('SIGXFSZ', () => undefined);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}
