// Tells the errors that end a run from those of a node, which an edge or a batch may pass over.
import { PflowError } from '../errors.ts';

const STOPPING_CODES: readonly string[] = ['LOG_INCOMPLETE', 'APPROVAL_REQUIRED', 'APPROVAL_DENIED'];

/** Whether nothing may lead on: a required log cannot be kept, or a person decided, or has to. */
export function stopsRun(error: unknown): boolean {
  return error instanceof PflowError && STOPPING_CODES.includes(error.code);
}
