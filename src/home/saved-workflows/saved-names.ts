// Lists the names of saved workflows by their files, whatever these contain.
import { readdirSync } from 'node:fs';
import { PflowError } from '../../errors.ts';
import { savedFolder } from '../paths.ts';

/** Returns the names sorted, and an empty list for a home folder without saved workflows. Throws FILE_UNREADABLE. */
export function listSavedNames(home: string): string[] {
  const folder = savedFolder(home);
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new PflowError('FILE_UNREADABLE', `the saved workflows in ${folder} cannot be read: ${message}`, {
      hint: 'Check the permissions of the folder, or set PFLOW_HOME.',
      cause: error,
    });
  }
}
