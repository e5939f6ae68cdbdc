// Makes the error for a log that does not exist.
import { PflowError } from '../../errors.ts';

export function missingLogError(path: string, cause?: unknown): PflowError {
  return new PflowError('FILE_NOT_FOUND', `the log "${path}" does not exist`, {
    hint: 'Check the path; a relative one starts at the current folder.',
    path,
    cause,
  });
}
