// Runs something until it ends, or until a signal or its time limit tells it to.
import { runTimeoutError } from '../../run/interruption.ts';
import type { RunOptions } from './run-options.ts';
import { stopOnSignals } from '../terminal/signals.ts';

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export async function untilTold<T>(
  { timeout }: Pick<RunOptions, 'timeout'>,
  controller: AbortController,
  perform: () => Promise<T>,
): Promise<T> {
  const release = stopOnSignals(controller);
  const clock =
    timeout === undefined
      ? undefined
      : setTimeout(
          () => {
            controller.abort(runTimeoutError(timeout));
          },
          Math.min(timeout * 1000, LONGEST_TIMER_MS),
        );
  try {
    return await perform();
  } finally {
    clearTimeout(clock);
    release();
  }
}
