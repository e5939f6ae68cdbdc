// Limits the time of a model call. The request may be billed although nothing waits for its answer.
import { Deadline } from './deadline.ts';
import { NodeFailure } from './node-failure.ts';

/** Seconds for a model call of a node without a limit. */
export const MODEL_CALL_S = 600;

export interface TimedCall {
  readonly signal: AbortSignal;
  readonly seconds: number;
  /** For messages: the model. */
  readonly subject: string;
}

/** Rejects as `call` does. Once the time is up, it rejects with a failure that is not retried. */
export async function callInTime<T>(
  call: (signal: AbortSignal) => Promise<T>,
  { signal, seconds, subject }: TimedCall,
): Promise<T> {
  const deadline = new Deadline(signal, seconds);
  try {
    return await call(deadline.signal);
  } catch (error) {
    throw deadline.expired ? lateAnswerError(subject, seconds, error) : error;
  } finally {
    deadline.clear();
  }
}

function lateAnswerError(subject: string, seconds: number, cause: unknown): NodeFailure {
  const limit = `within ${String(seconds)} s`;
  return new NodeFailure(`${subject}: no whole answer ${limit}; the request was sent and may be billed`, {
    code: 'NODE_TIMEOUT',
    hint: 'Raise its timeout_s, or request a shorter answer.',
    cause,
  });
}
