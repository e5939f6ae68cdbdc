// Applies the time limit of a command to the pipes that it reads.
import { PflowError } from '../../errors.ts';
import { withReadLimit } from '../../files/pipe-chunks.ts';

/** Limits the reading of pipes. Without a limit they may take as long as their writers do. */
export function withinTimeLimit<T>(timeout: number | undefined, work: () => Promise<T>): Promise<T> {
  if (timeout === undefined) return work();
  const createError = (path: string): PflowError => unfinishedPipeError(path, timeout);
  return withReadLimit({ endsAt: performance.now() + timeout * 1000, createError }, work);
}

function unfinishedPipeError(path: string, seconds: number): PflowError {
  return new PflowError('RUN_TIMEOUT', `${path} did not end within the ${String(seconds)} s of --timeout`, {
    hint: 'No program has written it to its end: check the program that should, or raise --timeout.',
  });
}
