// Waits for a flow, but not for ever once it was told to stop: a node that does not listen to the signal is
// left behind after a moment.

const GRACE_MS = 2_000;

export async function withAbortGrace<T>(walking: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let leave: (reason: unknown) => void = () => undefined;
  const left = new Promise<never>((_resolve, reject) => {
    leave = reject;
  });
  const stop = (): void => {
    timer = setTimeout(() => {
      leave(signal.reason);
    }, GRACE_MS);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([walking, left]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
