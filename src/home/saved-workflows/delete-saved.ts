// Deletes a saved workflow and its history.
import { rmSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { savedHistoryPath, savedWorkflowPath } from '../paths.ts';
import { unknownWorkflowError } from './read-saved.ts';
import { isReadableName } from './saved-name.ts';

/** Throws FILE_NOT_FOUND with the nearest name, or FILE_UNWRITABLE. */
export function deleteSavedWorkflow(home: string, name: string): void {
  if (!isReadableName(name)) throw unknownWorkflowError(home, name);
  const path = savedWorkflowPath(home, name);
  try {
    rmSync(path);
    rmSync(savedHistoryPath(home, name), { force: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw unknownWorkflowError(home, name);
    throw new PflowError('FILE_UNWRITABLE', `${path} cannot be deleted: ${message}`, {
      hint: 'Check the permissions of its folder.',
      cause: error,
    });
  }
}
