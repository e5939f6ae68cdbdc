// Waits for work that may ignore its abort signal.

/** How long work may go on after an abort before it is abandoned. */
const GRACE_MS = 2_000;

/** Settles as `work` does. Rejects with the reason of `signal` when the work goes on for 2 s after the abort. */
export async function withAbortGrace<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let abandon: (reason: unknown) => void = () => undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    abandon = reject;
  });
  const startTimer = (): void => {
    timer = setTimeout(() => {
      abandon(signal.reason);
    }, GRACE_MS);
  };
  if (signal.aborted) startTimer();
  else signal.addEventListener('abort', startTimer, { once: true });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', startTimer);
  }
}
