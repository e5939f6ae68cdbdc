// Stops a run on a signal. The first one lets the run close its log; the second one exits at once.
import { Interruption, type StopSignal } from '../../run/interruption.ts';
import type { RemoteCaller } from './terminal.ts';

const EXIT_CODES: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
};
const SIGNALS = Object.keys(EXIT_CODES) as StopSignal[];

const ignore = (): void => undefined;

export function exitCodeOfSignal(signal: StopSignal): number {
  return EXIT_CODES[signal];
}

/** Aborts `controller` with the reason of `signal`. Returns the function that stops following. */
function followCaller(signal: AbortSignal, controller: AbortController): () => void {
  const stop = (): void => {
    controller.abort(signal.reason);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => {
    signal.removeEventListener('abort', stop);
  };
}

/**
 * Aborts `controller` when the caller stops, or else at the first signal: a caller decides about the signals of its
 * process. Returns the function that stops following.
 */
export function stopOnRequest(controller: AbortController, caller: RemoteCaller | undefined): () => void {
  return caller === undefined ? stopOnSignals(controller) : followCaller(caller.signal, controller);
}

/** Aborts `controller` at the first signal. Returns the function that removes the listeners. */
export function stopOnSignals(controller: AbortController): () => void {
  const onSignal = (signal: StopSignal): void => {
    if (!controller.signal.aborted) controller.abort(new Interruption(signal));
    // A terminal that closes may send SIGHUP several times, which is not a request to hurry.
    else if (signal !== 'SIGHUP') process.exit(EXIT_CODES[signal]);
  };
  // A file over its size limit is then a failed write, and does not end the process. This listener stays, since a
  // library may remove its own.
  if (!process.listeners('SIGXFSZ').includes(ignore)) process.on('SIGXFSZ', ignore);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) {
      // A further SIGHUP must not keep a stopped run from saving its trace.
      if (signal !== 'SIGHUP' || !controller.signal.aborted) process.off(signal, onSignal);
    }
  };
}
