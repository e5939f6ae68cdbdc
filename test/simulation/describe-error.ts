// Describes a thrown value for the report of a failing seed.
import { PflowError } from '../../src/errors.ts';

export function describeError(error: unknown): string {
  if (error instanceof PflowError)
    return [`${error.code}: ${error.message}`, ...error.details].join('\n    ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
