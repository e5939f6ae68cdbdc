// Decides which errors end the whole run: no edge and no batch may pass over them.
import { PflowError } from '../errors.ts';

const STOPPING_CODES: readonly string[] = ['LOG_INCOMPLETE', 'APPROVAL_REQUIRED', 'APPROVAL_DENIED'];

/** Whether nothing may lead on: a required log cannot be kept, or a person decided, or has to. */
export function stopsRun(error: unknown): boolean {
  return error instanceof PflowError && STOPPING_CODES.includes(error.code);
}
