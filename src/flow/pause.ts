// Waiting that a signal can end.

/** A longer timer would fire at once. */
const LONGEST_MS = 2_147_483_647;

export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const reason = (): Error =>
      signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
    if (signal.aborted) {
      reject(reason());
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(reason());
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stop);
        resolve();
      },
      Math.min(milliseconds, LONGEST_MS),
    );
    signal.addEventListener('abort', stop, { once: true });
  });
}
