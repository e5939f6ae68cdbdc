// The folder in which pflow was called, which may be gone.
import { PflowError } from '../errors.ts';

export function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new PflowError('FILE_NOT_FOUND', 'the current folder does not exist any more', {
      hint: 'Change to another folder, and run again.',
      cause: error,
    });
  }
}
